/*
 * Stands in for AWS's Session Manager plugin: it is given the same words, forwards the asked local port over TCP, and says what the
 * plugin says. Where to, a test says by FORWARDS_TO, because nobody here can resolve the database's name.
 */
import { appendFileSync } from "node:fs";
import { connect, createServer } from "node:net";

const [variable, region, operation, , requestText, endpoint] = process.argv.slice(2);
if (variable === "--version") {
  console.log(process.env.PLUGIN_VERSION ?? "1.2.764.0");
  process.exit(0);
}
const response = JSON.parse(process.env[variable]);
const request = JSON.parse(requestText);
appendFileSync(
  process.env.PLUGIN_LOG,
  `${JSON.stringify({ region, operation, endpoint, request, response, pid: process.pid })}\n`,
);
console.log(`\nStarting session with SessionId: ${response.SessionId}`);
const server = createServer((near) => {
  const far = connect(Number(process.env.FORWARDS_TO), "127.0.0.1");
  near.pipe(far).pipe(near);
  near.on("error", () => far.destroy());
  far.on("error", () => near.destroy());
});
const [localPort] = request.Parameters.localPortNumber;
server.listen(Number(localPort), "127.0.0.1", () => {
  console.log(`Port ${localPort} opened for sessionId ${response.SessionId}.\nWaiting for connections...`);
  if (process.env.PLUGIN_ENDS_AFTER !== undefined) {
    setTimeout(() => {
      console.log("Cannot perform start session: the session has been terminated");
      process.exit(1);
    }, Number(process.env.PLUGIN_ENDS_AFTER));
  }
});
process.on("SIGINT", () => process.exit(0));
