// What the sign-in and sign-up forms hold, and what is wrong with it.

import type { Registration } from "@aethex/calls-client";
import type { ApiError } from "../api/problem.js";

/** Which of the two forms. */
export type SignMode = "in" | "up";

/** What a person wrote. */
export interface SignFields {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly invite: string;
}

/** The name of a field. */
export type SignField = keyof SignFields;

/** What can be wrong with a field, by the keys of the words for it. */
export type SignFault =
  | "sign.wrong"
  | "sign.emailTaken"
  | "sign.emailMissing"
  | "sign.emailWrong"
  | "sign.nameMissing"
  | "sign.nameLong"
  | "sign.passwordMissing"
  | "sign.passwordRules"
  | "sign.inviteMissing"
  | "sign.inviteInvalid";

/** What is wrong, by field. */
export type SignFaults = { readonly [F in SignField]?: SignFault | undefined };

/** Which fields a form has, in their order. */
export function fieldsOf(mode: SignMode, registration: Registration): readonly SignField[] {
  if (mode === "in") return ["email", "password"];
  return registration === "invite" ? ["invite", "name", "email", "password"] : ["name", "email", "password"];
}

/** What can be told without the server. The rules for passwords are the server's: only emptiness is checked. */
export function faultsOf(fields: SignFields, shown: readonly SignField[]): SignFaults {
  const missing: Readonly<Record<SignField, SignFault>> = {
    name: "sign.nameMissing",
    email: "sign.emailMissing",
    password: "sign.passwordMissing",
    invite: "sign.inviteMissing",
  };
  const faults: { [F in SignField]?: SignFault } = {};
  for (const field of shown) {
    if (fields[field].trim() === "") faults[field] = missing[field];
  }
  if (faults.email === undefined && shown.includes("email") && !/^\S+@\S+$/.test(fields.email.trim())) {
    faults.email = "sign.emailWrong";
  }
  return faults;
}

/** What the server said against fields; empty when it was about none of them. */
export function serverFaultsOf(error: ApiError): SignFaults {
  switch (error.code) {
    case "invalid_credentials":
      return { password: "sign.wrong" };
    case "email_taken":
      return { email: "sign.emailTaken" };
    case "invite_invalid":
      return { invite: "sign.inviteInvalid" };
    case "invalid":
      return wrongFieldsOf(error);
    default:
      return {};
  }
}

function wrongFieldsOf(error: ApiError): SignFaults {
  const faults: { [F in SignField]?: SignFault } = {};
  if (error.field("name") !== null) faults.name = "sign.nameLong";
  if (error.field("email") !== null) faults.email = "sign.emailWrong";
  if (error.field("password") !== null) faults.password = "sign.passwordRules";
  if (error.field("invite") !== null) faults.invite = "sign.inviteInvalid";
  return faults;
}
