import { describe, expect, it } from '@jest/globals';
import type { UpstreamView } from '@switchyard/connection';
import type { ServerAspect, ServerAspectView } from '@switchyard/plugin-api';
import { BehaviorSubject, Subject } from 'rxjs';
import { ServerAspects } from './server-aspects.ts';
import { recordingLog } from './spec-log.ts';

const PROBLEM = { code: 'SWY-E711', message: 'held back', remedy: 'wait' };
const OPEN: ServerAspectView = {
  condition: { type: 'breaker_closed', status: 'false', reason: 'Open', since: 20 },
  problem: PROBLEM,
  breaker: { phase: 'open', failures: 5, threshold: 5, openedAt: 20 },
};
const CONNECTED = { type: 'connected', status: 'true', reason: 'Ready', since: 10 } as const;
const view = (more: Partial<UpstreamView> = {}) =>
  ({ name: 'a', phase: 'ready', since: 10, conditions: [CONNECTED], where: 'x:1', ...more }) as UpstreamView;

function withAspects(...of: readonly ServerAspect['of'][]) {
  const aspects = of.map((each, index) => ({ name: `${index}`, of: each, changes$: new Subject<string>() }));
  const items$ = new BehaviorSubject<readonly ServerAspect[]>(aspects);
  const contributed = {
    get items() {
      return items$.value;
    },
    owned: [],
    changes$: items$,
  };
  const log = recordingLog();
  return { shown: new ServerAspects(contributed, log), aspects, items$, lines: log.lines };
}

describe('what plugins know of servers', () => {
  it('is in the view: a server that is ready is degraded, for that reason and since then', () => {
    const { shown } = withAspects(() => OPEN);
    expect(shown.addTo(view())).toEqual({
      ...view(),
      phase: 'degraded',
      since: 20,
      conditions: [CONNECTED, OPEN.condition],
      problem: { where: 'x:1', ...PROBLEM },
      breaker: OPEN.breaker,
    });
  });

  it('changes no other phase, and hides no problem of the connection', () => {
    const { shown } = withAspects(() => OPEN);
    const own = { code: 'SWY-E206', message: 'gone', remedy: '' };
    expect(shown.addTo(view({ phase: 'backoff', problem: own }))).toMatchObject({
      phase: 'backoff',
      problem: own,
    });
    expect(shown.addTo(view({ problem: own }))).toMatchObject({ phase: 'degraded', problem: own });
  });

  it('adds nothing to a server that is disabled, or of which nobody knows anything', () => {
    const disabled = view({ phase: 'disabled', conditions: [] });
    expect(withAspects(() => OPEN).shown.addTo(disabled)).toBe(disabled);
    expect(withAspects(() => undefined).shown.addTo(view())).toEqual(view());
    expect(withAspects().shown.addTo(view())).toEqual(view());
  });

  it('is left out where a plugin fails, and that is said once', () => {
    const { shown, lines } = withAspects(
      () => {
        throw new Error('broken');
      },
      () => OPEN,
    );
    expect([shown.addTo(view()).phase, shown.addTo(view()).phase]).toEqual(['degraded', 'degraded']);
    expect(lines).toHaveLength(1);
  });

  it('changes when an aspect says so, one that came later included', () => {
    const { shown, aspects, items$ } = withAspects(() => OPEN);
    const changed: string[] = [];
    shown.changes$.subscribe((name) => changed.push(name));
    aspects[0]?.changes$.next('a');
    const later = { name: 'later', of: () => undefined, changes$: new Subject<string>() };
    items$.next([...aspects, later]);
    later.changes$.next('b');
    expect(changed).toEqual(['a', 'b']);
  });
});
