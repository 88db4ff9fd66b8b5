/** Every limit that a person or a client can meet, in one place. Characters are Unicode code points. */
export const limits = {
  username: { min: 3, max: 32 },
  name: { min: 1, max: 80 },
  password: { min: 8, max: 128 },
  /** What a sign-in takes at most: another directory of users may have longer ones than Kith's own. */
  credential: { username: 320, password: 1_024 },
  comment: { min: 1, max: 2_000 },
  idempotencyKey: { max: 200 },
  friends: 5_000,
  friendsPage: 200,
  peopleFound: 20,
  search: { max: 80 },
  commentsPage: { default: 50, max: 100 },
  /** What a client that was away may catch up on, whichever ends first. */
  catchUp: { milliseconds: 24 * 60 * 60 * 1000, comments: 1_000, overlapSeconds: 10 },
  bodyBytes: 64 * 1024,
  /** Failures of signing in: of one account from one address, and of one address; the time starts with the first. */
  signIn: {
    perAccount: { failures: 10, milliseconds: 15 * 60 * 1000 },
    perAddress: { failures: 100, milliseconds: 60 * 60 * 1000 },
  },
  /** Sign-ups of one address, whether or not they succeed: each costs a hash. */
  signUp: { perAddress: { attempts: 20, milliseconds: 60 * 60 * 1000 } },
  /** Changes of one person's name; each is told to all friends. */
  renames: { perUser: { attempts: 10, milliseconds: 60 * 60 * 1000 } },
  commentsPerMinute: 60,
  /** Friend requests of one person that nobody has answered yet. */
  openRequests: 200,
  blocks: 1_000,
  /** What may wait at a realtime node for a client that does not read, before its socket is cut. */
  unread: { packets: 1_000, bytes: 1024 * 1024 },
} as const;
