/** Makes a value when it is first asked for, and keeps it; one that could not be made is tried again. */
export function lazily<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
