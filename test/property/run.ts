import { setTimeout } from "node:timers/promises";
import { ApiError } from "../../functions/pages/browser/kit/index.ts";
import { block, unblock } from "../../shared/friends/blocks.ts";
import { pairOf } from "../../shared/friends/state.ts";
import { notifyEach } from "../../shared/notify.ts";
import { until } from "../helpers/until.ts";
import { checkFeed, checkVisits, type Faults, isFaulty } from "./check.ts";
import { Device } from "./device.ts";
import type { Command, History } from "./history.ts";
import { type Launched, withBounds } from "./launched.ts";
import { Model } from "./model.ts";
import { type Account, createAccounts, makeFriends } from "./people.ts";
import type { World } from "./world.ts";

export interface Outcome extends Faults {
  /** In the commit order, for whoever has to understand it. */
  model: Model;
}

/** Answers that a person's page has to live with. */
const refusals = new Set(["not_found", "blocked", "network", "unavailable", "unreadable", "too_many_open_requests"]);

/** Plays a history with people of its own, and checks everything that they were told and are shown in the end. */
export async function runHistory(world: World, history: History): Promise<Outcome> {
  const accounts = await createAccounts(world.database, world.config, history.devices.length);
  const ids = accounts.map(({ person }) => person.id);
  const launched: Launched[] = [];
  const befriended = history.friends.map(([a, b]) => [ids[a] as string, ids[b] as string] as const);
  launched.push(...befriended.map(([a, b]) => begun(`friends ${pairOf(a, b)}`)));
  await makeFriends(world.database, befriended);
  for (const each of launched) each.answered = performance.now();
  const people = accounts.map((account, n) =>
    (history.devices[n] as number[]).map((node) => new Device(world, account, node)),
  );
  const devices = people.flat();
  try {
    await Promise.all(devices.map((device) => device.comeBack()));
    await play(world, history, { accounts, people, launched });
    await settle(world, accounts, devices);
    const end = performance.now();
    const model = new Model(withBounds(world.truth.of(ids), launched));
    const visits = checkVisits(model, devices, end, world.notice);
    if (isFaulty(visits)) return { model, ...visits };
    const feeds = [await shownInTheEnd(world, model, devices)];
    if (history.comesBack) {
      for (const device of devices) device.cut();
      feeds.push(await shownInTheEnd(world, model, devices));
    }
    const all = [visits, ...feeds];
    return { model, leaks: all.flatMap(({ leaks }) => leaks), losses: all.flatMap(({ losses }) => losses) };
  } finally {
    for (const device of devices) device.feed.stop();
    world.truth.forget(ids);
  }
}

interface Stage {
  accounts: readonly Account[];
  people: readonly Device[][];
  launched: Launched[];
}

async function play(world: World, { steps }: History, stage: Stage): Promise<void> {
  const made = stage.accounts.map((): Promise<string | undefined>[] => []);
  const answers: Promise<unknown>[] = [];
  for (const step of steps) {
    const launched = step.commands.map((command) =>
      perform(world, command, stage, made).catch((error) => {
        if (!(error instanceof ApiError && refusals.has(error.code))) throw error;
      }),
    );
    answers.push(...launched);
    // What fails is thrown below, and not into the air meanwhile.
    for (const answer of launched) answer.catch(() => {});
    if (step.isAwaited) await Promise.all(launched);
    if (step.pause > 0) await setTimeout(step.pause);
  }
  await Promise.all(answers);
}

async function perform(
  world: World,
  command: Command,
  { accounts, people, launched }: Stage,
  made: Promise<string | undefined>[][],
): Promise<void> {
  if (command.do === "restart") return world.restart(command.node);
  const mine = people[command.who] as Device[];
  const device = mine[launched.length % mine.length] as Device;
  const note = async <Answer>(what: string, work: () => Promise<Answer>): Promise<Answer> => {
    const entry = begun(what);
    launched.push(entry);
    try {
      return await work();
    } finally {
      entry.answered = performance.now();
    }
  };
  switch (command.do) {
    case "comment": {
      const body = crypto.randomUUID();
      const saved = note(`comment ${body}`, () => device.feed.comment(body));
      made[command.who]?.push(saved.then(({ id }) => id).catch(() => undefined));
      await saved;
      return;
    }
    case "remove": {
      const id = await made[command.who]?.at(-1 - command.nth);
      if (id !== undefined) await note(`removal ${id}`, () => device.feed.removeComment(id));
      return;
    }
    case "reconnect":
      device.cut();
      device.node = command.node;
      return device.comeBack();
    case "leave":
      device.cut();
      device.node = command.node;
      return;
    default: {
      const [me, other] = [device.id, (accounts[command.other] as Account).person.id];
      const pair = pairOf(me, other);
      const { friendships } = world.database.models;
      if (command.do === "unwant") await note(`none ${pair}`, () => device.feed.unwant(other));
      else if (command.do === "block") await note(`none ${pair}`, () => block(friendships, me, other));
      else if (command.do === "unblock") await note(`none ${pair}`, () => unblock(friendships, me, other));
      else {
        const wishes = [note(`friends ${pair}`, () => device.feed.want(other))];
        const otherDevice = people[command.other]?.[0] as Device;
        if (command.do === "befriend") wishes.push(note(`friends ${pair}`, () => otherDevice.feed.want(me)));
        await Promise.all(wishes);
      }
    }
  }
}

function begun(what: string): Launched {
  return { what, started: performance.now(), answered: Number.POSITIVE_INFINITY };
}

/** Waits until each device's node has told everything: the last message of each is one to all of them. */
async function settle(world: World, accounts: readonly Account[], devices: readonly Device[]): Promise<void> {
  for (;;) {
    await Promise.all(devices.map((device) => device.comeBack()));
    const visits = devices.map(({ visit }) => visit);
    const marker = { ...(accounts[0] as Account).person, id: crypto.randomUUID().replaceAll("-", "").slice(0, 24) };
    const to = accounts.map(({ person }) => ({ user: person.id }));
    await notifyEach(world.database.models.outbox, to, "notice", { kind: "friendRequest", from: marker });
    const isTold = (n: number) => visits[n]?.told.some(({ event, id }) => event === "notice" && id === marker.id);
    const isGone = () => devices.some(({ visit }, n) => visit === undefined || visit !== visits[n]);
    await until(() => world.truth.reached(marker.id) && (isGone() || devices.every((_, n) => isTold(n))), {
      timeout: world.patience,
      what: "the last message to arrive",
    });
    // Somebody lost the connection meanwhile, and with it the message.
    if (!isGone()) return;
  }
}

async function shownInTheEnd(world: World, model: Model, devices: readonly Device[]): Promise<Faults> {
  const faults = () => devices.map((device) => checkFeed(model, device));
  const isRight = () => devices.every(({ isLive }) => isLive) && !faults().some(isFaulty);
  let left = world.patience;
  while (!isRight() && left > 0) {
    await Promise.all(devices.map((device) => device.comeBack()));
    const live = performance.now();
    await setTimeout(5);
    left -= performance.now() - live;
  }
  const found = faults();
  return { leaks: found.flatMap(({ leaks }) => leaks), losses: found.flatMap(({ losses }) => losses) };
}
