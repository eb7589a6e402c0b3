/** A place on the Earth, in degrees. */
export interface Place {
  readonly latitude: number;
  readonly longitude: number;
}

/** The nearest of some places: which one it is, and how far, in kilometres. */
export interface Nearest {
  readonly index: number;
  readonly km: number;
}

/** Mean radius of the Earth in kilometres (IUGG). */
export const EARTH_RADIUS_KM = 6371.0088;

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

/** Haversine of the central angle; grows with the distance, and loses no digits for close places as the arc cosine would. */
function haversine(phi: number, lambda: number, cosPhi: number, phi2: number, lambda2: number, cosPhi2: number): number {
  const north = Math.sin((phi2 - phi) / 2);
  const east = Math.sin((lambda2 - lambda) / 2);
  return north * north + cosPhi * cosPhi2 * east * east;
}

// Rounding may lift the haversine of antipodes above 1, where the arc sine is not a number.
const kilometres = (h: number): number => 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, h)));

/** Great-circle distance in kilometres, on a sphere. */
export function distanceKm(a: Place, b: Place): number {
  const [phi, phi2] = [radians(a.latitude), radians(b.latitude)];
  return kilometres(haversine(phi, radians(a.longitude), Math.cos(phi), phi2, radians(b.longitude), Math.cos(phi2)));
}

/**
 * Makes a function that scans all the places for the nearest one; of equally near ones the first wins.
 * A scan, not a spatial index: it is the work that this example wants to spread over the cores.
 * @throws RangeError when there are no places
 */
export function nearestOf(places: readonly Place[]): (from: Place) => Nearest {
  if (places.length === 0) throw new RangeError('no places to search');
  const phis = Float64Array.from(places, (place) => radians(place.latitude));
  const lambdas = Float64Array.from(places, (place) => radians(place.longitude));
  const cosines = phis.map(Math.cos);

  return (from) => {
    const phi = radians(from.latitude);
    const lambda = radians(from.longitude);
    const cosPhi = Math.cos(phi);
    let index = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < phis.length; i++) {
      const h = haversine(phi, lambda, cosPhi, phis[i]!, lambdas[i]!, cosines[i]!);
      if (h < least) {
        least = h;
        index = i;
      }
    }
    return { index, km: kilometres(least) };
  };
}
