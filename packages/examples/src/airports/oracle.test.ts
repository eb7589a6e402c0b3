import { beforeAll, describe, expect, test } from '@jest/globals';
import { dataset } from './dataset.js';
import { askOracle, type OracleRow } from './oracle.fixture.js';

describe('the oracle, on facts known otherwise', () => {
  let rows: OracleRow[];
  const row = (zip: string): OracleRow | undefined => rows.find((one) => one.zip_code === zip);

  beforeAll(async () => {
    rows = await askOracle({
      zipcodes: dataset('zipcodes.csv'),
      airports: dataset('airports.csv'),
      flights: dataset('flights-airport.csv'),
    });
  });

  test('a third of the ZIP codes has an airport within 10 km', () => {
    expect(rows).toHaveLength(13_608);
    expect(new Set(rows.map((one) => one.zip_code)).size).toBe(rows.length);
  });

  test('ZIP codes keep their leading zeros', () => {
    for (const { zip_code } of rows) expect(zip_code).toMatch(/^\d{5}$/);
    expect(rows.filter((one) => one.zip_code.startsWith('0')).length).toBeGreaterThan(100);
  });

  test('the ZIP codes of great airports are theirs', () => {
    expect(row('11430')).toMatchObject({ iata: 'JFK' });
    expect(row('30320')).toMatchObject({ iata: 'ATL', departures: 414_513 });
  });

  test('no distance is beyond 10 km, and an airport without flights has no departures', () => {
    expect(Math.max(...rows.map((one) => one.km))).toBeLessThanOrEqual(10);
    expect(Math.min(...rows.map((one) => one.km))).toBeGreaterThanOrEqual(0);
    for (const { departures, destinations } of rows) expect(departures === 0).toBe(destinations === 0);
    expect(rows.filter((one) => one.departures > 0).length).toBeGreaterThan(1_000);
  });
});
