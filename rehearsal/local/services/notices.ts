import { randomUUID } from "node:crypto";
import { z } from "zod";
import { type ServiceActions, serviceAction } from "./service-actions.ts";
import { ServiceError } from "./service-error.ts";

/** What people would have been told. */
export interface Notice {
  readonly topicArn: string;
  readonly subject: string;
  readonly message: string;
}

const service = "Sns";

/** Limits: SNS API Reference, "Publish": a subject is one line of at most 100 ASCII characters. */
const publishParameters = z.strictObject({
  TopicArn: z.string(),
  Subject: z.string().regex(/^[\x21-\x7e][\x20-\x7e]{0,99}$/, "must be one line of at most 100 ASCII characters"),
  Message: z.string().min(1).max(262_144),
});

/**
 * Publish into a mailbox.
 *
 * @param topicArns the topics that exist
 * @param mailbox what was published, in order
 */
export function noticeActions(topicArns: () => readonly string[], mailbox: Notice[]): ServiceActions {
  return {
    "sns:publish": serviceAction(service, publishParameters, ({ TopicArn, Subject, Message }) => {
      if (!topicArns().includes(TopicArn)) {
        throw new ServiceError(`${service}.NotFoundException`, `Topic does not exist: ${TopicArn}`);
      }
      mailbox.push({ topicArn: TopicArn, subject: Subject, message: Message });
      return { MessageId: randomUUID() };
    }),
  };
}
