import { describe, expect, it } from '@jest/globals';
import { admit } from './known-lists.ts';
import { MAX_INSTRUCTIONS, cutText, joinInstructions } from './instructions.ts';
import { definition, tools } from './spec-catalog.ts';

const namesOf = (known: ReturnType<typeof admit>): readonly string[] | undefined =>
  known.lists.tools?.definitions.map((one) => one.name);

describe('admit', () => {
  it('takes the first of several with one name, and says so', () => {
    const known = admit(undefined, {
      definitions: { tools: [definition('a', { n: 1 }), definition('b'), definition('a')] },
    });
    expect(namesOf(known)).toEqual(['a', 'b']);
    expect(Buffer.from(known.lists.tools?.definitions[0]?.bytes ?? []).toString()).toContain('"n":1');
    expect(known.lists.tools?.problems).toEqual([
      'tools has names more than once, of which the first counts: "a"; report it to the author',
    ]);
  });

  it('keeps what fits within the limits of number and bytes, over all kinds', () => {
    const few = admit(undefined, tools('a', 'b', 'c'), { definitions: 2, bytes: 1_000 });
    expect(namesOf(few)).toEqual(['a', 'b']);
    expect(few.lists.tools?.problems).toEqual([
      '1 of 3 tools are left out: at most 2 tools and 1000 bytes of a server are kept; let it offer less',
    ]);
    const large = definition('large', { text: 'x'.repeat(100) });
    const limits = { definitions: 10, bytes: 80 };
    const small = admit(
      undefined,
      { definitions: { tools: [definition('a'), large, definition('b')] } },
      limits,
    );
    expect(namesOf(small)).toEqual(['a', 'b']);
    const both = admit(
      small,
      { definitions: { prompts: [definition('p'), definition('q'), definition('r'), definition('s')] } },
      limits,
    );
    expect([both.lists.tools, both.lists.prompts?.definitions.length]).toEqual([small.lists.tools, 3]);
  });

  it('is the very same object when the same is read again', () => {
    const read = { ...tools('a', 'b'), instructions: 'x', problems: { tools: 'cut', prompts: 'failed' } };
    const known = admit(undefined, read);
    expect(
      admit(known, { ...tools('a', 'b'), instructions: 'x', problems: { tools: 'cut', prompts: 'failed' } }),
    ).toBe(known);
    const next = admit(known, { definitions: { tools: [definition('a'), definition('b', { n: 2 })] } });
    expect(next.lists.tools?.definitions[0]).toBe(known.lists.tools?.definitions[0]);
    expect(admit(known, { definitions: {}, instructions: '' })).not.toHaveProperty('instructions');
  });

  it('shows hostile names without harm to the line they stand in', () => {
    const hostile = 'a\r\nb\u202e' + 'x'.repeat(10_000);
    const known = admit(undefined, tools(hostile, hostile, hostile));
    expect(known.lists.tools?.problems[0]).toMatch(/first counts: "a\\r\\nb\?x+…", "a/);
    expect(known.lists.tools?.problems[0]?.length).toBeLessThan(300);
  });
});

describe('joinInstructions', () => {
  it('puts each under its name, and is nothing where nobody says anything', () => {
    expect(joinInstructions([])).toBeUndefined();
    const said = [
      { server: 'a', text: ' One.\n' },
      { server: 'b', text: 'Two.' },
    ];
    expect(joinInstructions(said)).toBe('## a\nOne.\n\n## b\nTwo.');
  });

  it('has 4 KiB at most, ends with a whole character, and says that it was cut', () => {
    for (const letter of ['x', 'é', '日', '😀']) {
      for (let shift = 0; shift < 4; shift++) {
        const text = joinInstructions([{ server: 'a'.repeat(1 + shift), text: letter.repeat(5_000) }]) ?? '';
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_INSTRUCTIONS);
        expect(Buffer.byteLength(text)).toBeGreaterThan(MAX_INSTRUCTIONS - 4);
        expect(text).toMatch(new RegExp(`^## a+\\n(${letter})+\\n\\[cut here: .*\\]$`, 'u'));
        expect(cutText('a'.repeat(shift) + letter.repeat(9), 11)).not.toContain('\ufffd');
      }
    }
  });
});
