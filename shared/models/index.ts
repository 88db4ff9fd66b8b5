import type { Connection } from "mongoose";
import { type AttemptModel, attemptModel } from "./attempt.ts";
import { type CommentModel, commentModel } from "./comment.ts";
import { type FriendshipModel, friendshipModel } from "./friendship.ts";
import { type NodeModel, nodeModel } from "./node.ts";
import { type OutboxModel, outboxModel } from "./outbox.ts";
import { type PresenceModel, presenceModel } from "./presence.ts";
import { type UserModel, userModel } from "./user.ts";

export interface Models {
  attempts: AttemptModel;
  users: UserModel;
  friendships: FriendshipModel;
  comments: CommentModel;
  outbox: OutboxModel;
  nodes: NodeModel;
  presence: PresenceModel;
}

/** Registers the models on a connection, never on mongoose itself: a process may hold several databases. */
export function registerModels(connection: Connection): Models {
  return {
    attempts: attemptModel(connection),
    users: userModel(connection),
    friendships: friendshipModel(connection),
    comments: commentModel(connection),
    outbox: outboxModel(connection),
    nodes: nodeModel(connection),
    presence: presenceModel(connection),
  };
}
