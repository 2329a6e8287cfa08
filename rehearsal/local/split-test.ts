/** How sure a split is judged. */
interface SplitTestOptions {
  /** Per cent that the plan gives the candidate, above 0 and below 100. */
  readonly plannedPercent: number;
  /** How far off a split is that must be found, as a part of the smaller colour's planned share: 0.2 for 5 % served as 6 %. */
  readonly offBy: number;
}

/** Probability that a sound split is refused. A rehearsal of both stages judges about 40. */
const falseAlarm = 1e-6;

/** Probability that a split which is off by `offBy` is not found: nine of ten are to be found, with room to spare. */
const missed = 0.05;

export type SplitState = "undecided" | "held" | "refused";

/**
 * Judges a split by answer after answer, and ends as soon as it is sure: two sequential probability ratio tests, of the planned
 * share against one that is larger by `offBy`, and against one that is smaller. A sound 5 % takes about 4,400 answers where
 * `offBy` is 0.2, and 25 % takes 700.
 *
 * @see A. Wald, "Sequential Tests of Statistical Hypotheses", Annals of Mathematical Statistics 16 (1945)
 */
export class SplitTest {
  readonly #sides: readonly RatioTest[];
  readonly #countsCandidate: boolean;

  constructor({ plannedPercent, offBy }: SplitTestOptions) {
    this.#countsCandidate = plannedPercent <= 50;
    const planned = Math.min(plannedPercent, 100 - plannedPercent) / 100;
    this.#sides = [planned * (1 + offBy), planned * (1 - offBy)].map((other) => new RatioTest(planned, other));
  }

  get state(): SplitState {
    const states = this.#sides.map(({ state }) => state);
    if (states.includes("refused")) return "refused";
    return states.includes("undecided") ? "undecided" : "held";
  }

  /** Counts one answer, unless the test has ended. */
  add(isCandidate: boolean): void {
    if (this.state !== "undecided") return;
    for (const side of this.#sides) side.add(isCandidate === this.#countsCandidate);
  }
}

/** One ratio test. It ends for itself, and keeps its verdict while the other side goes on. */
class RatioTest {
  state: SplitState = "undecided";
  readonly #ofCounted: number;
  readonly #ofOther: number;
  #ratio = 0;

  constructor(planned: number, other: number) {
    this.#ofCounted = Math.log(other / planned);
    this.#ofOther = Math.log((1 - other) / (1 - planned));
  }

  add(isCounted: boolean): void {
    if (this.state !== "undecided") return;
    this.#ratio += isCounted ? this.#ofCounted : this.#ofOther;
    // Half of the false alarms for each side.
    if (this.#ratio >= Math.log((1 - missed) / (falseAlarm / 2))) this.state = "refused";
    else if (this.#ratio <= Math.log(missed / (1 - falseAlarm / 2))) this.state = "held";
  }
}
