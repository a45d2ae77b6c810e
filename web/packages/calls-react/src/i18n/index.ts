// Words, numbers and directions.

export { I18nProvider, type I18nProviderProps, useI18n } from "./I18nProvider.js";
export { ar, catalogues, en, type MessageKey, type Messages } from "./messages.js";
export {
  type ArgumentsOf,
  type Catalogue,
  createTranslator,
  directionOf,
  type Message,
  type PluralMessage,
  type Translate,
  type Translation,
  type Translator,
  type ValuesOf,
} from "./translate.js";
