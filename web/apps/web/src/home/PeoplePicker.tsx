// Choosing people by search: found ones below, chosen ones above.

import type { User } from "@aethex/calls-client";
import { useSelector } from "@aethex/calls-react";
import { Avatar, TextField, VisuallyHidden } from "@aethex/calls-react/ui";
import { Check, Search, X } from "lucide-react";
import { useState } from "react";
import { wordedError } from "../i18n/errors.js";
import { useWords } from "../i18n/Words.js";
import row from "./ConversationRow.module.css";
import styles from "./PeoplePicker.module.css";
import { PersonFace } from "./PersonFace.js";
import { usePeopleSearch } from "./usePeopleSearch.js";

/** What {@link PeoplePicker} takes. */
export interface PeoplePickerProps {
  readonly chosen: readonly User[];
  readonly onChange: (chosen: readonly User[]) => void;
  /** Who is not offered: members already. */
  readonly without: ReadonlySet<string>;
}

/** A search field, the chosen people as chips, the found ones as toggles. */
export function PeoplePicker({ chosen, onChange, without }: PeoplePickerProps) {
  const words = useWords();
  const { t } = words;
  const [text, setText] = useState("");
  const people = usePeopleSearch(text);
  const { found, loading, error } = useSelector(people.store, (state) => state);
  const offered = found.filter((person) => !without.has(person.id));
  const isChosen = (person: User): boolean => chosen.some((one) => one.id === person.id);
  const toggle = (person: User): void =>
    onChange(isChosen(person) ? chosen.filter((one) => one.id !== person.id) : [...chosen, person]);
  return (
    <div className={styles.picker}>
      <TextField
        label={t("group.add")}
        placeholder={t("group.addText")}
        type="search"
        autoComplete="off"
        icon={<Search aria-hidden="true" />}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <VisuallyHidden>
        <span role="status">{t("group.chosen", { count: chosen.length })}</span>
      </VisuallyHidden>
      {chosen.length === 0 ? null : (
        <ul className={styles.chips}>
          {chosen.map((person) => (
            <li key={person.id}>
              <button type="button" className={styles.chip} onClick={() => toggle(person)}>
                <Avatar userId={person.id} name={person.name} size="s" />
                <bdi className={styles.chipName}>{person.name}</bdi>
                <VisuallyHidden>{t("group.unchoose")}</VisuallyHidden>
                <X aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
      <ul className={styles.found} aria-busy={loading}>
        {offered.map((person) => (
          <li key={person.id}>
            <button
              type="button"
              className={row.row}
              aria-pressed={isChosen(person)}
              onClick={() => toggle(person)}
            >
              <PersonFace person={person} />
              <span className={styles.check} data-on={isChosen(person)} aria-hidden="true">
                <Check />
              </span>
            </button>
          </li>
        ))}
      </ul>
      {offered.length > 0 || loading ? null : (
        <p className={styles.none} role={error === null ? undefined : "alert"}>
          {error !== null
            ? wordedError(error, words)
            : text.trim() === ""
              ? t("home.noPeopleHint")
              : t("home.noPeople", { text: text.trim() })}
        </p>
      )}
    </div>
  );
}
