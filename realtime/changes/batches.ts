/** A source of events that awaits its reader, such as a ChangeStream. */
interface Source<Event> {
  next(): Promise<Event>;
}

const nothingYet = Symbol("nothing yet");

/**
 * Events in the batches in which they arrive, at most `max` at a time: what is there already is taken together, and
 * nobody waits for more. Ends by the source's own error.
 */
export async function* batches<Event>(source: Source<Event>, max: number): AsyncGenerator<[Event, ...Event[]]> {
  let pending = readAhead(source);
  for (;;) {
    const batch: [Event, ...Event[]] = [await pending];
    pending = readAhead(source);
    while (batch.length < max) {
      const event = await Promise.race([pending.catch(() => nothingYet), nextTurn()]);
      if (event === nothingYet) break;
      batch.push(event as Event);
      pending = readAhead(source);
    }
    yield batch;
  }
}

/** The next event's promise, whose failure is met when the event is asked for. */
function readAhead<Event>(source: Source<Event>): Promise<Event> {
  const event = source.next();
  event.catch(() => {});
  return event;
}

function nextTurn(): Promise<typeof nothingYet> {
  return new Promise((resolve) => setImmediate(resolve, nothingYet));
}
