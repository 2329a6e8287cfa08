/**
 * How every client is made. Credentials and, for tests, the endpoint come from the environment, as everywhere with AWS.
 *
 * An API call that is throttled or cut off is tried again by the SDK, which waits longer each time; what it takes to lose
 * a call is minutes of trouble, and commands are made to be run again.
 */
export function clientOptions(region: string) {
  return {
    region,
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  };
}
