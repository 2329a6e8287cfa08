/** Environment variable of the generated key that signs sessions and links (guide P2). Nobody else may give its value. */
export const signingKeyName = "SECRET_KEY";
