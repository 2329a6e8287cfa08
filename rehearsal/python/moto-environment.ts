import { type PythonEnvironment, preparePythonEnvironment } from "./python-environment.ts";

const requirements = new URL("./requirements.txt", import.meta.url);

/** The Python that moto is installed for, and with it botocore and the service models, or why there is none. */
export function prepareMotoEnvironment(): Promise<PythonEnvironment> {
  return preparePythonEnvironment({ name: "moto", requirements });
}
