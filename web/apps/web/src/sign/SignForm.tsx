// The form to sign in or to make an account.

import type { Registration } from "@aethex/calls-client";
import { Banner, Button, IconButton, TextField } from "@aethex/calls-react/ui";
import { Eye, EyeOff } from "lucide-react";
import { type FormEvent, useRef, useState } from "react";
import { type ApiError, asApiError } from "../api/problem.js";
import { useApp } from "../frame/scopes.js";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import {
  faultsOf,
  fieldsOf,
  type SignFaults,
  type SignField,
  type SignFields,
  type SignMode,
  serverFaultsOf,
} from "./fields.js";
import styles from "./SignForm.module.css";

const EMPTY: SignFields = { name: "", email: "", password: "", invite: "" };

/** Asks the server on submit; what is wrong stands at the field, and the first wrong field gets the focus. */
export function SignForm({ mode, registration }: { mode: SignMode; registration: Registration }) {
  const { session } = useApp();
  const words = useWords();
  const { t } = words;
  const [fields, setFields] = useState(EMPTY);
  const [faults, setFaults] = useState<SignFaults>({});
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const order = fieldsOf(mode, registration);

  const complain = (found: SignFaults): void => {
    setFaults(found);
    const first = order.find((field) => found[field] !== undefined);
    if (first === undefined) return;
    const input = form.current?.elements.namedItem(first);
    if (input instanceof HTMLInputElement) input.focus();
  };
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setFailure(null);
    const found = faultsOf(fields, order);
    complain(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    const { name, email, password, invite } = fields;
    try {
      if (mode === "in") await session.login({ email: email.trim(), password });
      else {
        const code = registration === "invite" ? { invite: invite.trim() } : {};
        await session.register({ name: name.trim(), email: email.trim(), password, ...code });
      }
    } catch (thrown) {
      const error = asApiError(thrown);
      const said = serverFaultsOf(error);
      setBusy(false);
      complain(said);
      if (Object.keys(said).length === 0) setFailure(error);
    }
  };
  const bind = (field: SignField) => {
    const fault = faults[field];
    return {
      name: field,
      value: fields[field],
      error: fault === undefined ? undefined : t(fault),
      onChange: (event: { target: { value: string } }) => {
        setFields((before) => ({ ...before, [field]: event.target.value }));
        setFaults((before) => ({ ...before, [field]: undefined }));
      },
    };
  };
  return (
    <form ref={form} className={styles.form} onSubmit={(event) => void submit(event)} noValidate>
      {failure === null ? null : (
        <div role="alert">
          <Banner tone="danger">{wordedError(failure, words)}</Banner>
        </div>
      )}
      {order.includes("invite") ? (
        <TextField
          {...bind("invite")}
          label={t("sign.invite")}
          hint={t("sign.inviteHint")}
          autoComplete="off"
          spellCheck={false}
        />
      ) : null}
      {order.includes("name") ? (
        <TextField
          {...bind("name")}
          label={t("sign.name")}
          hint={t("sign.nameHint")}
          autoComplete="name"
          maxLength={64}
        />
      ) : null}
      <TextField
        {...bind("email")}
        label={t("sign.email")}
        type="email"
        inputMode="email"
        autoComplete={mode === "in" ? "username" : "email"}
        autoCapitalize="none"
        spellCheck={false}
        dir="auto"
      />
      <TextField
        {...bind("password")}
        label={t("sign.password")}
        hint={mode === "up" ? t("sign.passwordHint") : undefined}
        type={shown ? "text" : "password"}
        autoComplete={mode === "in" ? "current-password" : "new-password"}
        end={
          <IconButton
            label={shown ? t("sign.hidePassword") : t("sign.showPassword")}
            icon={shown ? <EyeOff aria-hidden="true" /> : <Eye aria-hidden="true" />}
            onClick={() => setShown(!shown)}
          />
        }
      />
      <Button type="submit" variant="primary" size="l" wide busy={busy}>
        {mode === "in" ? t("sign.in") : t("sign.up")}
      </Button>
    </form>
  );
}
