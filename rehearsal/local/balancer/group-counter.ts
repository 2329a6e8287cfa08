/** The requests of one target group since it was made, health checks left out, as a load balancer counts them. */
export interface GroupCounts {
  /** Requests for which a target was chosen. */
  readonly chosen: number;
  /** What targets answered, by the first digit of the status. A 101 is counted by no metric. */
  readonly answered: Readonly<Record<AnswerClass, number>>;
  /** What the balancer answered itself, by status. Without a target to choose, it is 503. */
  readonly own: Readonly<Record<OwnStatus, number>>;
}

/** `2` stands for the answers from 200 to 299, and so on. */
export type AnswerClass = (typeof answerClasses)[number];
export const answerClasses = ["2", "3", "4", "5"] as const;

/** A status that the balancer answers itself. */
export type OwnStatus = (typeof ownStatuses)[number];
export const ownStatuses = [502, 503, 504] as const;

/** Counts the requests of one target group. */
export class GroupCounter {
  #chosen = 0;
  readonly #answered: Record<AnswerClass, number> = { 2: 0, 3: 0, 4: 0, 5: 0 };
  readonly #own: Record<OwnStatus, number> = { 502: 0, 503: 0, 504: 0 };

  choose(): void {
    this.#chosen++;
  }

  answer(statusCode: number | undefined): void {
    const answered = answerClasses.find((digit) => digit === String(statusCode)[0]);
    if (answered !== undefined) this.#answered[answered]++;
  }

  answerItself(status: OwnStatus): void {
    this.#own[status]++;
  }

  counts(): GroupCounts {
    return { chosen: this.#chosen, answered: { ...this.#answered }, own: { ...this.#own } };
  }
}
