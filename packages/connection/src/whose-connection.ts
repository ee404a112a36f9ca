import type { Call, Client, DoorSession } from '@switchyard/plugin-api';
import type { Sharing } from './desired-server.ts';

/** What a connection of several clients can be asked: each question goes to the one whose call it belongs to. */
export const SHARED_CAPABILITIES = { sampling: {}, elicitation: { form: {}, url: {} } };
const ASKABLE = ['sampling', 'elicitation', 'roots'];

/** Principal of everybody where no tokens are configured: the primary connection is theirs. */
const LOCAL = 'local';

/** Whose connection carries what a client session says; `''`: the primary one does. */
export function connectionKey(session: DoorSession, sharing: Sharing): string {
  switch (sharing) {
    case 'all':
      return '';
    case 'principal':
      return session.principal === LOCAL ? '' : session.principal;
    case 'session':
      return session.audience;
  }
}

/** What a client of its own connection can be asked; of the rest we could keep no promise. */
export function capabilitiesFor(call: Call, sharing: Sharing): Client['capabilities'] {
  if (sharing !== 'session') return SHARED_CAPABILITIES;
  const { capabilities } = call.client;
  return Object.fromEntries(
    ASKABLE.filter((name) => name in capabilities).map((name) => [name, capabilities[name]]),
  );
}
