import { definePlugin } from '@switchyard/plugin-api';

export default definePlugin({ id: 'metrics-prometheus', api: 1, setup() {} });
