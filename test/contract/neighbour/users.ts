export interface NeighbourUser {
  /** What passport keeps in a session. */
  id: string;
  username: string;
  password: string;
  /** Can sign in, but is found no more afterwards. */
  isGone?: boolean;
}

/** Users in memory, in the shape that passport's callbacks ask for. */
export function findUsers(users: readonly NeighbourUser[]) {
  return {
    byCredentials: (username: string, password: string) =>
      users.find((user) => user.username === username && user.password === password),
    byId: (id: string) => users.find((user) => user.id === id && !user.isGone),
  };
}
