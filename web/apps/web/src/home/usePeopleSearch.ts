// A search for people that lives as long as its component.

import { useEffect, useState } from "react";
import { usePersonal } from "../frame/scopes.js";
import type { People } from "../stores/people.js";

/** Looks for `text`; an empty text finds those one shares a conversation with. */
export function usePeopleSearch(text: string): People {
  const personal = usePersonal();
  const [people] = useState(() => personal.searchPeople());
  useEffect(() => people.search(text), [people, text]);
  useEffect(() => () => people.dispose(), [people]);
  return people;
}
