import { definePlugin } from '@switchyard/plugin-api';

export default definePlugin({ id: 'resilience', api: 1, setup() {} });
