/** The second that a moment lies in: what the names of evidence files tell apart, and so the time of an update. */
export function wholeSecond(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}
