import { distance } from 'fastest-levenshtein';
import { SEPARATOR } from './names.ts';

/** Of a wrong name no more is looked at. */
const MAX_WANTED = 64;
/** Names that are looked at, those of the meant server first: all of 20,000 would hold up everybody for 20 ms. */
const MAX_EXAMINED = 2_000;

/** A public name taken apart. */
interface Parts {
  readonly slug: string;
  readonly own: string;
}

/**
 * The names most like `wanted`, nearest first, fewer than `count` if fewer are alike. What a model gets wrong is
 * spelling, the prefix, or what a host put in front, so the part after the prefix decides, by edit distance and by
 * how much of its beginning or end is the same; the prefix breaks ties.
 */
export function nearestOf(names: readonly string[], wanted: string, count: number): readonly string[] {
  const clipped = wanted.slice(0, MAX_WANTED);
  const target = partsOf(clipped);
  const best: { readonly name: string; readonly cost: number }[] = [];
  for (const name of meantFirst(names, target.slug)) {
    const worst = best.length < count ? Infinity : (best.at(-1)?.cost ?? Infinity);
    const cost = costOf(target, clipped, name, worst);
    if (cost >= worst) continue;
    const at = best.findIndex((one) => cost < one.cost);
    best.splice(at < 0 ? best.length : at, 0, { name, cost });
    if (best.length > count) best.pop();
  }
  return best.map(({ name }) => name);
}

function* meantFirst(names: readonly string[], slug: string): Generator<string> {
  const start = slug + SEPARATOR;
  let left = MAX_EXAMINED;
  for (const meant of slug === '' ? [false] : [true, false]) {
    for (const name of names) {
      if (slug !== '' && name.startsWith(start) !== meant) continue;
      yield name;
      if (--left === 0) return;
    }
  }
}

function costOf(target: Parts, wanted: string, name: string, worst: number): number {
  const candidate = partsOf(name);
  const own = unlikeness(target.own, candidate.own, worst);
  if (target.slug === '') return Math.min(own, unlikeness(wanted, name, worst));
  if (own >= worst || target.slug === candidate.slug) return own;
  // Less than one letter of difference, so that it only breaks ties.
  return own + Math.min(distance(target.slug, candidate.slug), 8) / 10;
}

/** Edit distance less half of the longer common end; Infinity if the two are not alike, or no better than `worst`. */
function unlikeness(a: string, b: string, worst: number): number {
  const longest = Math.max(a.length, b.length);
  const shared = Math.max(commonStart(a, b), commonEnd(a, b));
  const kin = shared >= 3 && shared * 2 >= Math.min(a.length, b.length);
  const most = Math.min(kin ? longest : longest / 2, worst + shared / 2);
  // Of 2,000 names nearly all end here, at a tenth of the cost.
  if (leastEdits(a, b) > most) return Infinity;
  const edits = distance(a, b);
  return edits <= most ? edits - shared / 2 : Infinity;
}

/** No fewer edits can do: the lengths differ by so many, and so many letters of one are not in the other at all. */
function leastEdits(a: string, b: string): number {
  const [inA, inB] = [lettersOf(a), lettersOf(b)];
  return Math.max(Math.abs(a.length - b.length), bitsIn(inA & ~inB), bitsIn(inB & ~inA));
}

/** Which letters a text has, a bit for each; capitals count as small ones. */
function lettersOf(text: string): number {
  let letters = 0;
  for (let index = 0; index < text.length; index++) letters |= 1 << (text.charCodeAt(index) & 31);
  return letters;
}

function bitsIn(word: number): number {
  let left = word;
  let count = 0;
  for (; left !== 0; count++) left &= left - 1;
  return count;
}

function partsOf(name: string): Parts {
  const at = name.indexOf(SEPARATOR);
  return at < 0
    ? { slug: '', own: name }
    : { slug: name.slice(0, at), own: name.slice(at + SEPARATOR.length) };
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}

function commonEnd(a: string, b: string): number {
  let length = 0;
  const most = Math.min(a.length, b.length);
  while (length < most && a.charCodeAt(a.length - 1 - length) === b.charCodeAt(b.length - 1 - length))
    length++;
  return length;
}
