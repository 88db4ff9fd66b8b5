/** Requests under way that change a friendship, and whether the socket told of the person meanwhile. */
export function createOvertaking() {
  const underWay = new Set<{ personId: string; isOvertaken: boolean }>();
  return {
    /** The socket told how one stands with this person; without one, everything is about to be read anew. */
    told(personId?: string): void {
      for (const request of underWay) {
        request.isOvertaken ||= personId === undefined || request.personId === personId;
      }
    },

    /**
     * Runs a request. Once the socket has told of that person, the answer may be the older word of the two, and the socket
     * will tell of this change too.
     */
    async during<Answer>(personId: string, ask: (isOvertaken: () => boolean) => Promise<Answer>): Promise<Answer> {
      const request = { personId, isOvertaken: false };
      underWay.add(request);
      try {
        return await ask(() => request.isOvertaken);
      } finally {
        underWay.delete(request);
      }
    },
  };
}
