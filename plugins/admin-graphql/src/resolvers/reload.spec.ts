import { afterEach, describe, expect, it } from '@jest/globals';
import { closeGateways, openGateway } from '../spec-gateway.ts';

afterEach(closeGateways);

const PLAN = '{ from to unchanged other restartNeeded servers { server change keys how } }';

describe('previewConfig', () => {
  it('says what a text would change, by name only', async () => {
    const { ask, gateway } = await openGateway({ servers: { files: {} } });
    const json = JSON.stringify({
      mcpServers: {
        files: { transport: 'scripted', options: { secret: 'a-value-of-nobody' } },
        added: { command: 'node' },
      },
      listen: { http: { port: 4711 } },
    });
    const answer = await ask(`query ($json: String!) { previewConfig(json: $json) ${PLAN} }`, { json });
    expect(answer.data).toMatchObject({
      previewConfig: {
        from: gateway.status().revision,
        restartNeeded: ['listen.http.port'],
        servers: [
          { server: 'files', change: 'CHANGED', how: 'MAKE_FIRST' },
          { server: 'added', change: 'ADDED', how: 'START', keys: [] },
        ],
      },
    });
    expect(JSON.stringify(answer)).not.toContain('a-value-of-nobody');
  });

  it('says what is wrong with one that is none', async () => {
    const { ask } = await openGateway();
    const answer = await ask('{ previewConfig(json: "{") { to } }');
    expect(answer.errors?.[0]).toMatchObject({ extensions: { number: 'SWY-E604' } });
  });
});

describe('reloadConfig', () => {
  it('says why nothing was done, and the gateway shows it', async () => {
    const { ask } = await openGateway();
    const answer = await ask(
      `mutation { reloadConfig(input: { dryRun: false, clientMutationId: "m" })
        { applied plan ${PLAN} clientMutationId userErrors { code number hint } } }`,
    );
    expect(answer.data).toEqual({
      reloadConfig: {
        applied: false,
        plan: null,
        clientMutationId: 'm',
        userErrors: [{ code: 'RELOAD_REFUSED', number: 'SWY-E642', hint: expect.any(String) }],
      },
    });
    const { data } = await ask('{ kernel { lastReload { ok problem { code } } } }');
    expect(data).toEqual({ kernel: { lastReload: { ok: false, problem: { code: 'SWY-E642' } } } });
  });
});
