import type { Server, Socket } from "socket.io";
import type { ClientEvents, EventName, EventPayload, ServerEvents } from "../../shared/contracts/events.ts";
import type { SocketData } from "../handshake.ts";

export type Io = Server<ClientEvents, ServerEvents, Record<string, never>, SocketData>;

export type KithSocket = Socket<ClientEvents, ServerEvents, Record<string, never>, SocketData>;

export function userRoom(id: string): string {
  return `user:${id}`;
}

/** Whose room it is; undefined where it is no user's. */
export function userOfRoom(room: string): string | undefined {
  const prefix = userRoom("");
  return room.startsWith(prefix) ? room.slice(prefix.length) : undefined;
}

/** `key` is the session's stored `_id`. */
export function sessionRoom(key: string): string {
  return `session:${key}`;
}

/** Sends to all sockets of these users that this node holds: one emit, as a loop of emits encodes each time. */
export function sendToUsers<Name extends EventName>(
  io: Io,
  users: Iterable<string>,
  event: Name,
  payload: EventPayload<Name>,
) {
  const { rooms } = io.sockets.adapter;
  const present: string[] = [];
  for (const user of users) {
    const room = userRoom(user);
    if (rooms.has(room)) present.push(room);
  }
  sendToRooms(io, present, event, payload);
}

/** Sends to one socket, as to a room of its own: everything that is sent goes one way. */
export function sendToSocket<Name extends EventName>(socket: KithSocket, event: Name, payload: EventPayload<Name>) {
  (socket.nsp.to(socket.id).local.emit as (event: string, payload: unknown) => void)(event, payload);
}

export function sendToRooms<Name extends EventName>(io: Io, rooms: string[], event: Name, payload: EventPayload<Name>) {
  // socket.io takes an empty list of rooms for everybody.
  if (rooms.length === 0) return;
  (io.to(rooms).local.emit as (event: string, payload: unknown) => void)(event, payload);
}
