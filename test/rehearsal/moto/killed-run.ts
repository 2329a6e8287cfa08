/** A process that starts a moto, tells of it, and never ends by itself. */
import { startMoto } from "../../../rehearsal/moto/moto.ts";

const { pid } = await startMoto();
console.log(JSON.stringify({ pid }));
setInterval(() => {}, 1000);
