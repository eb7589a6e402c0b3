import { Agent, get } from 'node:http';

/** What the flights of one month say about an airport. */
export interface Departures {
  /** Flights that left. */
  readonly departures: number;
  /** Airports that they went to. */
  readonly destinations: number;
}

// Kept-alive sockets, as many as the stage asks for; idle ones do not hold the program. `fetch` would do too, at twice the time on the event loop.
const agent = new Agent({ keepAlive: true });

/**
 * Asks the departures server about one airport.
 * @param server base URL
 * @throws Error when the server does not answer 200 with JSON; the signal's reason when it aborts
 */
export function lookUpDepartures(server: string, iata: string, signal: AbortSignal): Promise<Departures> {
  const url = new URL(`/departures/${encodeURIComponent(iata)}`, server);
  return new Promise((resolve, reject) => {
    const request = get(url, { agent, signal }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode !== 200)
          return reject(new Error(`${url} answered ${response.statusCode}: ${body.slice(0, 200)}`));
        try {
          resolve(JSON.parse(body) as Departures);
        } catch (cause) {
          reject(new Error(`${url} did not answer JSON: ${body.slice(0, 200)}`, { cause }));
        }
      });
    });
    request.on('error', reject);
  });
}
