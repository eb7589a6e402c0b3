import { type Actor, onMain, Puppet } from './puppets.fixture.js';

/** Who plays in a suite that holds for those that block and those that await alike. */
export interface Actors {
  readonly name: string;
  readonly actors: readonly [Actor, Actor, Actor];
  readonly isMain: boolean;
  /** Threads, always. */
  readonly puppets: readonly [Puppet, Puppet, Puppet];
}

export function castOf(puppets: readonly [Puppet, Puppet, Puppet]): readonly Actors[] {
  return [
    { name: 'blocking in workers', actors: puppets, isMain: false, puppets },
    { name: 'awaited on the main thread', actors: [onMain, onMain, onMain], isMain: true, puppets },
  ];
}

export function threePuppets(): readonly [Puppet, Puppet, Puppet] {
  return [new Puppet(), new Puppet(), new Puppet()];
}
