/** A source of events that awaits its reader and knows how many it holds already, such as a ChangeStream. */
interface Source<Event> {
  next(): Promise<Event>;
  bufferedCount(): number;
}

/**
 * Events in the batches in which they arrive, at most `max` at a time: what is there already is taken together, and
 * nobody waits for more, nor for the next request to be on its way. Ends by the source's own error.
 */
export async function* batches<Event>(source: Source<Event>, max: number): AsyncGenerator<[Event, ...Event[]]> {
  for (;;) {
    const batch: [Event, ...Event[]] = [await source.next()];
    while (batch.length < max && source.bufferedCount() > 0) batch.push(await source.next());
    yield batch;
  }
}
