import type { ReloadResult, ServerChange, Status } from '@switchyard/plugin-api';
import type { AdminContext } from '../admin-api.ts';
import { userErrorOf } from './user-error.ts';

interface ReloadArguments {
  readonly input: {
    readonly expectedRevision?: string | null;
    readonly dryRun?: boolean | null;
    readonly clientMutationId?: string | null;
  };
}

export const reloadResolvers = {
  Kernel: { lastReload: ({ reload }: Status) => reload },
  ConfigChangeKind: {
    ADDED: 'added',
    REMOVED: 'removed',
    CHANGED: 'changed',
    ENABLED: 'enabled',
    DISABLED: 'disabled',
  } satisfies Record<string, ServerChange['change']>,
  ConfigChangeHow: {
    START: 'start',
    DRAIN: 'drain',
    MAKE_FIRST: 'make-first',
    BREAK_FIRST: 'break-first',
    IN_PLACE: 'in place',
  } satisfies Record<string, ServerChange['how']>,
  Query: {
    previewConfig: (_root: unknown, { json }: { readonly json: string }, { reload }: AdminContext) =>
      reload.plan(json),
  },
  Mutation: {
    async reloadConfig(_root: unknown, { input }: ReloadArguments, { reload }: AdminContext) {
      const { expectedRevision, dryRun, clientMutationId } = input;
      const result: ReloadResult = await reload.apply({
        dryRun: dryRun ?? false,
        ...(expectedRevision != null && { expectedRevision }),
      });
      return {
        applied: result.ok && result.applied,
        plan: result.plan,
        userErrors: result.ok ? [] : [userErrorOf(result.problem)],
        clientMutationId,
      };
    },
  },
};
