import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { lookUpDepartures } from './departures.js';
import { type DeparturesServer, serveDepartures } from './departures-server.js';

const table = new Map([['ATL', { departures: 414_513, destinations: 172 }]]);
const never = new AbortController().signal;

describe('the departures server', () => {
  let server: DeparturesServer;

  beforeEach(async () => {
    server = await serveDepartures(table, { latencyMs: 1 });
  });

  afterEach(() => server.close());

  test('listens on loopback, on a port that was free', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('tells the departures of an airport', async () => {
    expect(await lookUpDepartures(server.url, 'ATL', never)).toEqual({ departures: 414_513, destinations: 172 });
  });

  test('an airport that no flight left has no departures', async () => {
    expect(await lookUpDepartures(server.url, '00M', never)).toEqual({ departures: 0, destinations: 0 });
  });

  test('other paths and methods are refused with a reason', async () => {
    const wrongPath = await fetch(`${server.url}/arrivals/ATL`);
    expect([wrongPath.status, await wrongPath.json()]).toEqual([404, { error: 'not found; ask for /departures/<iata>' }]);
    const wrongMethod = await fetch(`${server.url}/departures/ATL`, { method: 'DELETE' });
    expect([wrongMethod.status, await wrongMethod.json()]).toEqual([405, { error: 'only GET is served' }]);
  });

  test('a look-up that is not answered with 200 says what came', async () => {
    await expect(lookUpDepartures(server.url, '', never)).rejects.toThrow(/departures\/ answered 404: .*not found/);
  });

  test('many look-ups at once are all answered', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => lookUpDepartures(server.url, 'ATL', never)));
    expect(new Set(answers.map((answer) => answer.departures))).toEqual(new Set([414_513]));
  });
});

describe('the end of the departures server', () => {
  test('an aborted look-up rejects at once, however slow the server is', async () => {
    const server = await serveDepartures(table, { latencyMs: 3_600_000 });
    const abort = new AbortController();
    const looking = lookUpDepartures(server.url, 'ATL', abort.signal);
    abort.abort();
    await expect(looking).rejects.toMatchObject({ name: 'AbortError' });
    await server.close();
  });

  test('closing drops answers that are still held back, and a second close is ignored', async () => {
    const server = await serveDepartures(table, { latencyMs: 3_600_000 });
    const looking = lookUpDepartures(server.url, 'ATL', never);
    const dropped = expect(looking).rejects.toMatchObject({ code: expect.stringMatching(/ECONNRESET|ECONNREFUSED/) });
    await Promise.all([server.close(), server.close()]);
    await dropped;
    await expect(lookUpDepartures(server.url, 'ATL', never)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
