import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { distanceKm, EARTH_RADIUS_KM, nearestOf } from './geo.js';

const latitude = fc.double({ min: -90, max: 90, noNaN: true });
const longitude = fc.double({ min: -180, max: 180, noNaN: true });
const place = fc.record({ latitude, longitude });

describe('great-circle distance', () => {
  test('a quarter of the equator is a quarter of the circumference', () => {
    expect(distanceKm({ latitude: 0, longitude: 0 }, { latitude: 0, longitude: 90 })).toBeCloseTo(
      (Math.PI / 2) * EARTH_RADIUS_KM,
      9,
    );
  });

  test('JFK to LAX is the known 3,974 km', () => {
    const jfk = { latitude: 40.63975111, longitude: -73.77892556 };
    const lax = { latitude: 33.94253611, longitude: -118.4080744 };
    expect(distanceKm(jfk, lax)).toBeCloseTo(3974.3, 0);
  });

  test('the date line is no obstacle', () => {
    const km = distanceKm({ latitude: 0, longitude: 179.9 }, { latitude: 0, longitude: -179.9 });
    expect(km).toBeCloseTo((0.2 * Math.PI * EARTH_RADIUS_KM) / 180, 9);
  });

  test('a metre apart is told from two metres', () => {
    const here = { latitude: 40, longitude: -100 };
    const metre = 180 / Math.PI / EARTH_RADIUS_KM / 1000;
    expect(distanceKm(here, { ...here, latitude: 40 + metre })).toBeCloseTo(0.001, 9);
    expect(distanceKm(here, { ...here, latitude: 40 + 2 * metre })).toBeCloseTo(0.002, 9);
  });

  test('it is symmetric, never negative and at most half the circumference', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        const km = distanceKm(a, b);
        expect(km).toBeGreaterThanOrEqual(0);
        expect(km).toBeLessThanOrEqual(Math.PI * EARTH_RADIUS_KM);
        expect(distanceKm(b, a)).toBeCloseTo(km, 9);
      }),
    );
  });
});

describe('the nearest of some places', () => {
  test('is as near as the least distance to any of them', () => {
    fc.assert(
      fc.property(fc.array(place, { minLength: 1, maxLength: 20 }), place, (places, from) => {
        const { index, km } = nearestOf(places)(from);
        expect(km).toBe(distanceKm(from, places[index]!));
        expect(km).toBe(Math.min(...places.map((other) => distanceKm(from, other))));
      }),
    );
  });

  test('is the first of equally near ones', () => {
    const twin = { latitude: 10, longitude: 10 };
    expect(nearestOf([{ latitude: 50, longitude: 50 }, twin, { ...twin }])({ latitude: 11, longitude: 11 }).index).toBe(1);
  });

  test('of no places is refused', () => {
    expect(() => nearestOf([])).toThrow('no places to search');
  });
});
