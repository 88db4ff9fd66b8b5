import { type MongoClientOptions, ReadPreference } from "mongodb";

/**
 * Whatever MONGODB_URI says, people are shown what they have just done: who signed up a moment ago signs in, and a friendship
 * that was ended a moment ago is not one. Another member may not have heard of it.
 */
export const ownWrites = { readPreference: ReadPreference.primary } as const satisfies MongoClientOptions;

/**
 * The connections of a process that may be one of thousands, and be frozen at any time: one to each member, which polls it
 * (a stream would take another one), and to the primary these, as many as one request uses side by side. One that was idle
 * for a minute is not used again: a process that was frozen does not hear of the end of its connections.
 */
export const fewConnections = {
  ...ownWrites,
  minPoolSize: 0,
  maxPoolSize: 3,
  maxIdleTimeMS: 60_000,
  serverMonitoringMode: "poll",
} as const satisfies MongoClientOptions;
