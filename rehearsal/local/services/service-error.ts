/** An AWS service's refusal, by the name that Step Functions gives it, such as `Ssm.ParameterNotFoundException`. */
export class ServiceError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
