import { z } from "zod";
import {
  block,
  duration,
  list,
  nonEmptyList,
  oneOf,
  patterned,
  positiveNumber,
  text,
  trueOrFalse,
  urlPath,
  wholeNumber,
} from "./primitives.ts";

/** A dotted name of a field in a JSON answer. */
const fieldName = patterned(/^[A-Za-z_]\w*(\.\w+)*$/, "the name of a field in an answer, such as id or data.id");

const itemPath = patterned(/^\/.*\{id\}/, "a path that holds {id}, such as /couples/{id}");

const jsonBody = z
  .record(z.string(), z.unknown(), { error: "a block of fields, sent as JSON" })
  .describe("Fields that are sent as JSON. {unique} in a text stands for another text in each run.");

const logIn = block({
  path: urlPath.describe("Path that a user name and a password are posted to."),
  format: oneOf("json", "form").default("json").describe("How they are sent. FastAPI's OAuth2 form is form."),
  userField: text.default("username").describe("Field of the user name."),
  passwordField: text.default("password").describe("Field of the password."),
  tokenField: fieldName.default("access_token").describe("Field of the answer that holds the token."),
  limitedAfterAttempts: wholeNumber(1, 5000)
    .optional()
    .describe(
      "How many wrong log-ins are sent at most until one is refused with 429 or 403. The address that verify runs on is shut out of the log-in afterwards, for minutes. Not for production.",
    ),
});

const checkedRequest = (what: string) =>
  block({
    path: urlPath.describe(`Path that ${what}.`),
    body: jsonBody.default({}),
  });

const checkListEntry = block({
  name: text.describe("What it is, such as couple."),
  path: urlPath.describe("Path that creates one by POST."),
  body: jsonBody,
  idField: fieldName.default("id").describe("Field of the answer that holds its id."),
  itemPath: itemPath.describe("Path that reads one, and deletes it at the end."),
  change: jsonBody.optional().describe("Fields that are changed. Without them nothing is updated."),
  changeMethod: oneOf("put", "patch")
    .default("put")
    .describe("How they are sent: put sends the whole, patch what is changed."),
});

const providers = block({
  mail: trueOrFalse
    .default(false)
    .describe(
      "Whether SES is asked to accept a mail from verify@ the domain of mail to its simulator, success@simulator.amazonses.com.",
    ),
  payment: block({
    currency: patterned(/^[a-z]{3}$/, "a currency of three small letters, such as aud"),
    amount: wholeNumber(1, 99_999_999).describe(
      "In the currency's smallest unit: 100 is one Australian dollar. Stripe refuses less than about half a dollar.",
    ),
  })
    .optional()
    .describe(
      "A payment that Stripe itself is asked for, with its test card. VERIFY_PAYMENT_KEY of the environment is the key: a test key, never a live one.",
    ),
});

const suite = block({
  name: text.describe("What the report calls it."),
  command: nonEmptyList(text).describe(
    "Program and its words, run without a shell. VERIFY_BASE_URL tells it where the API is, VERIFY_JUNIT_FILE where its JUnit file is expected.",
  ),
  folder: text.default(".").describe("Folder that it runs in, from this project's folder on."),
  junitFile: text.describe("The JUnit file that it writes, from its folder on."),
  timeoutMinutes: wholeNumber(1, 120).default(15).describe("Minutes after which it is ended and counts as failed."),
});

const page = block({
  path: urlPath.default("/").describe("Path of the frontend's page."),
  loadsWithinSeconds: positiveNumber(120).default(10).describe("Seconds within which the page has loaded."),
});

const load = block({
  users: nonEmptyList(wholeNumber(1, 500))
    .default([10, 50, 100])
    .describe("How many users send requests, one number after the other (guide T2)."),
  secondsForEach: wholeNumber(1, 1800).default(600).describe("How long each number of users sends requests."),
  secondsBetweenRequests: positiveNumber(600)
    .default(1.5)
    .describe(
      "Seconds from one request of a user to the next. edge.requestsPerFiveMinutes limits what one address may send.",
    ),
  paths: list(urlPath)
    .default([])
    .describe(
      "Paths that are read in turn, with the log-in's token. Default: readinessPath or api.healthCheckPath, which show little.",
    ),
  mostRequestsPerSecond: positiveNumber(1000)
    .default(20)
    .describe("A load of more is refused in production, whatever the numbers of users say."),
});

const checks = block({
  required: trueOrFalse
    .default(false)
    .describe(
      "Whether the first step of public traffic needs a verdict pass of npm run rollout -- verify about exactly this release, on the candidate's own host.",
    ),
  integrityRequired: trueOrFalse
    .default(false)
    .describe(
      "Whether a migration, and after it the first step of public traffic of the release that brought it, needs a check of the data by npm run rollout -- integrity: before the migration, and after it, compared with the one before (guide P4, C4).",
    ),
  validFor: duration.default("7d").describe("How long a verdict counts for the first step."),
  readinessPath: urlPath
    .optional()
    .describe("Path that answers 200 only while the database can be reached. Another one than api.healthCheckPath."),
  protectedPaths: list(urlPath).default([]).describe("Paths that nobody may read without a log-in."),
  securityHeaders: z
    .record(patterned(/^[a-z][a-z0-9-]*$/, "the name of a header in lower case"), text, {
      error: "a block of header names, each with a text that its value holds",
    })
    .default({ "strict-transport-security": "max-age=", "x-content-type-options": "nosniff" })
    .describe("Headers of each answer, and what their values hold."),
  logIn: logIn
    .optional()
    .describe("How a user logs in. VERIFY_USER and VERIFY_PASSWORD of the environment are the account."),
  input: block({
    path: urlPath.describe("Path that malformed and oversized JSON is posted to."),
    oversizedMib: wholeNumber(1, 100).default(10).describe("Size of the oversized input, MiB."),
  })
    .optional()
    .describe("Input that must be refused with 4xx, and never end in 5xx."),
  webSocket: block({
    path: urlPath.describe("Path of the WebSocket."),
    message: text.default("verify").describe("What is sent."),
    answerContains: text.default("verify").describe("What the first answer has to hold."),
  })
    .optional()
    .describe("The WebSocket (guide T5)."),
  upload: block({
    path: urlPath.describe("Path that a file is posted to."),
    field: text.default("file").describe("Field of the form that holds the file."),
    idField: fieldName.default("id").describe("Field of the answer that holds the file's id."),
    itemPath: itemPath.describe("Path that the file is read from, and deleted at the end."),
  })
    .optional()
    .describe("Upload and download (guide T4)."),
  checkList: list(checkListEntry)
    .default([])
    .describe("What is created, read, updated and deleted (guide T5): couple, invoice, ceremony."),
  mail: checkedRequest("sends a mail to success@simulator.amazonses.com, SES's simulator")
    .optional()
    .describe("E-mail (guide T4). The body names the address."),
  payment: checkedRequest("makes a payment with the provider's test key")
    .optional()
    .describe("A payment (guide T4). Never in production, whose key charges."),
  providers: providers
    .default(providers.parse({}))
    .describe("Who is asked without the API, so that a finding says whose fault it is (guide T4)."),
  suites: list(suite).default([]).describe("The service's own test suites (guide T1)."),
  page: page.optional().describe("The frontend's page in a real browser (guide M3, T5)."),
  load: load.optional().describe("The load of npm run rollout -- verify --load (guide T2)."),
});

/** `verify`: what `npm run rollout -- verify` checks of a deployed release (guide T1 to T5, R4). */
export const verify = checks
  .default(checks.parse({}))
  .describe("What npm run rollout -- verify checks of a deployed release. A part that is absent is not applicable.");
