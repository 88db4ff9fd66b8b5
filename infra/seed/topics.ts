import { readFileSync } from "node:fs";

/** What somebody says, and what friends may answer. `{slot}` stands for one of `slots`, the same in a whole topic. */
export interface Topic {
  opening: string;
  /** Three at least. */
  answers: readonly string[];
}

/** As topics.txt has them: a paragraph each, its answers indented; `\n` ends a line within a comment. */
export const topics: readonly Topic[] = readFileSync(new URL("topics.txt", import.meta.url), "utf8")
  .trim()
  .split("\n\n")
  .map((paragraph) => {
    const [opening = "", ...answers] = paragraph.split("\n").map((line) => line.trim().replaceAll("\\n", "\n"));
    return { opening, answers };
  });

const oneOf = (choices: string) => choices.split("|");

export const slots: Readonly<Record<string, readonly string[]>> = {
  dish: oneOf(
    "dumplings|lentil soup|jollof rice|pierogi|injera|ramen|shakshuka|moussaka|tamales|rye bread|biryani|gnocchi",
  ),
  animal: oneOf("a pigeon with opinions|a very small owl|someone’s parrot|a squirrel|a hedgehog|a gull|a heron"),
  place: oneOf(
    "the lake|the old harbour|the botanical garden|the hills|the flea market|the island|Porto|the lighthouse",
  ),
  place2: oneOf("a la playa|al monte|al cine|al mercado"),
  day: oneOf("Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"),
  thing: oneOf(
    "bicycle pump|washing machine|tent|good umbrella|coffee grinder|sewing machine|kettle|cake tin|blue thermos",
  ),
  thing2: oneOf("half a birthday cake|my left slipper|the instructions|a whole lemon|the remote control|my bus ticket"),
  book: oneOf("Middlemarch|Half of a Yellow Sun|The Left Hand of Darkness|Pachinko|Moominvalley in November|Beloved"),
  hour: oneOf("two|three|four|five"),
  age: oneOf("80|84|87|90|91|95"),
  crop: oneOf("courgettes|plums|rhubarb|tomatoes|basil|cherries|beans|quinces|mint"),
  weather: oneOf("Rain|Wind|Fog|Drizzle|Snow|Thunder"),
  weather2: oneOf("raining|windy|very quiet|warm for the time of year|getting dark early|finally spring"),
  distance: oneOf("five kilometres|eight kilometres|ten kilometres|around the whole lake|to the bridge and back"),
  cat: oneOf("Pepper|Olive|Momo|Saffron|Miso|Duchess|Biscuit"),
  skill: oneOf("the accordion|the violin|throat singing|the banjo|the trumpet|the ukulele|the drums"),
  show: oneOf(
    "the new Miyazaki|the brass band in the park|that film about the beekeeper|the open-air Carmen|the circus",
  ),
  water: oneOf("lake|river|sea|harbour|reservoir"),
  cold: oneOf("Four|Six|Seven|Nine|Eleven"),
  name: oneOf("Sam|Noor|Milo|Ines|Toni|Kai|Lena|Ravi|Mina|Jo"),
};
