// The Arabic words of the check of the connection.

import type { connectivityEn } from "./connectivity.en.js";
import type { Translation } from "./translate.js";

/** Arabic for the keys of {@link connectivityEn}. */
export const connectivityAr: Translation<typeof connectivityEn> = {
  "check.start": "فحص اتصالي",
  "check.again": "إعادة الفحص",
  "check.running": "جارٍ الفحص…",
  "check.steps": "ما فُحص",
  "check.good": "اتصالك مناسب للمكالمات.",
  "check.some": "يُفترض أن تعمل المكالمات من هنا. راجع ما هو معلَّم أدناه.",
  "check.bad": "على الأرجح لن تتصل المكالمات من هذه الشبكة.",
  "check.offline": "لا تعمل المكالمات الآن: لا يمكن الوصول إلى الخادم.",

  "check.socket": "الخادم",
  "check.clock": "الساعة",
  "check.microphone": "الميكروفون",
  "check.camera": "الكاميرا",
  "check.stun": "الاتصال المباشر",
  "check.turn-udp": "الترحيل عبر UDP",
  "check.turn-tcp": "الترحيل عبر TCP",
  "check.turn-tls": "الترحيل عبر TLS",

  "check.socketOk": "يجيب خلال {ms} م.ث.",
  "check.socketUnreachable": "لا يجيب. تحقق من شبكتك ثم حاول مجددًا.",
  "check.socketRefused": "يجيب لكنه يرفض. سجّل الدخول من جديد.",
  "check.clockOk": "مضبوطة.",
  "check.clockSkewed": "الفرق {duration}. دع النظام يضبطها تلقائيًا.",
  "check.deviceOk": "مسموح لهذه الصفحة.",
  "check.deviceAsks": "يسألك المتصفح قبل أول استخدام.",
  "check.deviceBlocked": "محظور لهذه الصفحة. اسمح به من الأيقونة بجانب العنوان.",
  "check.deviceUnknown": "لا يخبر هذا المتصفح بذلك قبل أن يُسأل.",
  "check.stunOk": "ممكن: يجيب خادم STUN.",
  "check.stunUnreachable": "غير ممكن هنا: يبدو أن UDP محظور. تحتاج المكالمات إلى خادم ترحيل.",
  "check.relayOk": "يعمل: عادت رسالة خلال {ms} م.ث.",
  "check.relayUnreachable": "لا يمكن الوصول إليه بهذه الطريقة. ربما يحظره جدار حماية.",
  "check.relayRefused": "رفض بيانات الاعتماد. أخبر من يدير الخادم.",
  "check.relayNoData": "يجيب لكنه لا يمرر شيئًا. أخبر من يدير الخادم.",
  "check.relayNoCredentials": "لم يعطِ الخادم بيانات اعتماد له. حاول مجددًا بعد قليل.",
  "check.notConfigured": "غير مُعدّ على هذا الخادم.",
  "check.noSocket": "لم يُفحص: يجب أن يجيب الخادم أولًا.",
  "check.unsupported": "لا يستطيع هذا المتصفح فحصه.",
  "check.stopped": "لم يُفحص.",
};
