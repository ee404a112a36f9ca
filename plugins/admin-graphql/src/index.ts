import { definePlugin } from '@switchyard/plugin-api';

export default definePlugin({ id: 'admin-graphql', api: 1, setup() {} });
