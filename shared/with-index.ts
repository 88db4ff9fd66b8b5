/** What the server answers where the index that a query names does not exist. */
const badValue = 2;

/**
 * Reads by the index that the server's planner may not find by itself. Where it is not there (yet), the read is only
 * slower.
 */
export async function withIndex<Result>(
  index: string,
  read: (options: { hint?: string }) => Promise<Result>,
): Promise<Result> {
  try {
    return await read({ hint: index });
  } catch (error) {
    if ((error as { code?: unknown }).code === badValue) return read({});
    throw error;
  }
}
