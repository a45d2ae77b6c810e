// The people of the gallery and of the tests.

/** Ids of the people of the gallery. */
export const PEOPLE = {
  ann: { userId: "0190f000-0000-7000-8000-0000000000a1", userName: "Ann Taylor" },
  bob: { userId: "0190f000-0000-7000-8000-0000000000b2", userName: "Bob Okafor" },
  cid: { userId: "0190f000-0000-7000-8000-0000000000c3", userName: "Cid Morales" },
  dee: { userId: "0190f000-0000-7000-8000-0000000000d4", userName: "Dee Lindqvist" },
  eve: { userId: "0190f000-0000-7000-8000-0000000000e5", userName: "Eve Nakamura" },
} as const;

const MORE_NAMES = [
  "Fay Adeyemi",
  "Gus Weber",
  "Hana Sato",
  "Ivo Petrov",
  "Joy Mensah",
  "Kai Lund",
  "Lea Moreau",
  "Max Novak",
  "Nia Achebe",
  "Oto Virtanen",
  "Pia Rossi",
  "Quin Byrne",
  "Rita Costa",
  "Sam Levy",
  "Tom Haddad",
];

/** So many people, Ann first. */
export function crowd(count: number): readonly { readonly userId: string; readonly userName: string }[] {
  const more = MORE_NAMES.map((userName, index) => ({
    userId: `0190f000-0000-7000-8000-0000000001${String(index).padStart(2, "0")}`,
    userName,
  }));
  return [...Object.values(PEOPLE), ...more].slice(0, count);
}

/** Who is at this device. */
export const SELF = PEOPLE.ann;
