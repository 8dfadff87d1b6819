/* The list of commands and their options. */
#include "command.h"

const struct rk_option rk_global_options[] = {
	{"output",   'o', "FORMAT",    "table|wide|json|jsonl|csv"},
	{"excel",    0,   NULL,        NULL                       },
	{"encoding", 0,   "NAME",      "utf-8|cp932"              },
	{"strict",   0,   NULL,        NULL                       },
	{"out",      'O', "FILE",      NULL                       },
	{"lang",     0,   "LANG",      "ja|en|zh"                 },
	{"context",  'c', "NAME",      NULL                       },
	{"server",   0,   "HOST:PORT", NULL                       },
	{"proxy",    0,   "HOST:PORT", NULL                       },
	{"ca",       0,   "FILE",      NULL                       },
	{"cert",     0,   "FILE",      NULL                       },
	{"key",      0,   "FILE",      NULL                       },
	{"timeout",  0,   "SECONDS",   NULL                       },
	{"no-color", 0,   NULL,        NULL                       },
	{"help",     'h', NULL,        NULL                       },
	{NULL,       0,   NULL,        NULL                       },
};

#define MUNICIPALITY                              \
	{                                         \
		"municipality", 'm', "CODE", NULL \
	}
#define YES                            \
	{                              \
		"yes", 'y', NULL, NULL \
	}
#define AS_OF                            \
	{                                \
		"as-of", 0, "TIME", NULL \
	}
#define DRY_RUN                            \
	{                                  \
		"dry-run", 'n', NULL, NULL \
	}
#define ANSWER                                          \
	{                                               \
		"answer", 0, "CODE[@PATH]=REASON", NULL \
	}
#define SUBMITTED                                  \
	{                                          \
		"include-submitted", 0, NULL, NULL \
	}
#define ATTACHMENT_KINDS \
	"programme|roster|presentation|report|minutes|agreement|questionnaire|photo|material|other"
#define END                         \
	{                           \
		NULL, 0, NULL, NULL \
	}

static const struct rk_option check_options[] = {
	ANSWER, {"earlier",    0, "FILE",   NULL},
         {"period",     0, "PERIOD", NULL},
	{"today",      0, "DATE",   NULL},
         {"write-back", 0, NULL,     NULL},
         END
};
static const struct rk_option submit_options[] = {
	YES, DRY_RUN, ANSWER, {"nil",     0, "PERIOD", NULL},
           {"replace", 0, NULL,     NULL},
           MUNICIPALITY,
	{"today",   0, "DATE",   NULL},
           END
};
static const struct rk_option entry_options[] = {
	{"on-behalf-of", 0, "auto|CODE", NULL},
        YES, DRY_RUN, ANSWER, {"today",        0, "DATE",      NULL},
	END
};
static const struct rk_option nil_options[] = {
	YES, DRY_RUN, {"replace", 0, NULL, NULL},
          MUNICIPALITY, END
};
static const struct rk_option correct_options[] = {
	YES, DRY_RUN, {"reason", 0, "TEXT",   NULL},
          ANSWER, {"nil",    0, "PERIOD", NULL},
          MUNICIPALITY,
	END
};
static const struct rk_option new_options[] = {
	{"period", 0, "PERIOD", NULL},
        MUNICIPALITY, END
};
static const struct rk_option template_options[] = {
	{"period",   0, "PERIOD", NULL      },
        MUNICIPALITY, {"all",      0, "DIR",    NULL      },
	{"format",   0, "FORMAT", "xlsx|csv"},
        {"csv",      0, NULL,     NULL      },
        {"returned", 0, NULL,     NULL      },
	{"blank",    0, NULL,     NULL      },
        {"force",    0, NULL,     NULL      },
        {"today",    0, "DATE",   NULL      },
        END
};
static const struct rk_option list_options[] = {
	MUNICIPALITY, {"year",        0, "FY",    NULL							},
         {"quarter",     0, "N",     "1|2|3|4"                                                   },
	{"state",       0, "STATE",
		       "awaiting_release|sent_back|submitted|under_review|returned|accepted|withdrawn|missing"},
	{"unconfirmed", 0, NULL,    NULL							},
         {"limit",       0, "N",     NULL                                                        },
         AS_OF, END
};
static const struct rk_option show_options[] = {
	MUNICIPALITY, {"version", 0, "N",  NULL},
         {"raw",     0, NULL, NULL},
         AS_OF, END
};
static const struct rk_option history_options[] = {MUNICIPALITY, AS_OF, END};
static const struct rk_option diff_options[] = {
	MUNICIPALITY, {"from", 0, "N", NULL},
         {"to",   0, "N", NULL},
         END
};
static const struct rk_option bundle_options[] = {
	{"schedule", 0, "NAME", NULL},
        {"all",      0, NULL,   NULL},
        END
};
static const struct rk_option order_options[] = {AS_OF, DRY_RUN, END};
static const struct rk_option bundle_key_options[] = {
	{"public-key", 0, "FILE", NULL},
        END
};
static const struct rk_option schedule_options[] = {
	{"calendar",     0, "CALENDAR", NULL      },
        {"time-zone",    0, "ZONE",     NULL      },
	{"formats",      0, "FORMATS",  NULL      },
        {"keep",         0, "N",        NULL      },
	{"all-versions", 0, "yes|no",   "yes|no"  },
        {"planned",      0, "yes|no",   "yes|no"  },
	{"public-only",  0, "yes|no",   "yes|no"  },
        {"text",         0, "yes|no",   "yes|no"  },
	{"companies",    0, "yes|no",   "yes|no"  },
        {"paused",       0, "yes|no",   "yes|no"  },
	{"command",      0, "NAME",     NULL      },
        {"recipients",   0, "EMAILS",   NULL      },
	{"letters",      0, "ja|en|zh", "ja|en|zh"},
        {"since",        0, "SCHEDULE", NULL      },
	{"count",        0, "N",        NULL      },
        YES, DRY_RUN, END
};
static const struct rk_option returned_options[] = {MUNICIPALITY, END};
static const struct rk_option export_options[] = {
	MUNICIPALITY, {"version", 0, "N",      NULL           },
         {"all",     0, NULL,     NULL           },
         {"year",    0, "FY",     NULL           },
	{"format",  0, "FORMAT", "xlsx|csv|json"},
         {"force",   0, NULL,     NULL           },
         END
};
static const struct rk_option print_options[] = {
	MUNICIPALITY, {"format", 0, "FORMAT", "text|html"},
         END
};
static const struct rk_option confirm_options[] = {MUNICIPALITY, YES, DRY_RUN, END};
static const struct rk_option withdraw_options[] = {
	MUNICIPALITY, {"reason",  0, "TEXT", NULL},
         {"version", 0, "N",    NULL},
         YES, DRY_RUN, END
};
static const struct rk_option release_options[] = {MUNICIPALITY, YES, DRY_RUN, END};
static const struct rk_option send_back_options[] = {
	MUNICIPALITY, {"reason", 0, "TEXT", NULL},
         YES, DRY_RUN, END
};
static const struct rk_option return_options[] = {
	{"item", 'i', "PLACE=REASON", NULL},
        {"due",  0,   "DATE",         NULL},
        YES, DRY_RUN, END
};
static const struct rk_option review_options[] = {
	MUNICIPALITY, {"year",     0, "FY",   NULL},
         {"reviewer", 0, "NAME", NULL},
         END
};
static const struct rk_option assign_options[] = {
	MUNICIPALITY, {"to", 0, "NAME|me|none", NULL},
         DRY_RUN, END
};
static const struct rk_option times_options[] = {
	{"year", 0, "FY..FY", NULL},
        END
};
static const struct rk_option review_show_options[] = {
	MUNICIPALITY, {"version",        0, "N",  NULL},
         {"quarter-before", 0, NULL, NULL},
	{"changed",        0, NULL, NULL},
         END
};
static const struct rk_option comment_options[] = {
	{"item",        'i', "PLACE=TEXT", NULL},
        {"office-only", 0,   NULL,         NULL},
        MUNICIPALITY, YES,
	DRY_RUN, END
};
static const struct rk_option comments_options[] = {
	MUNICIPALITY, {"open", 0, NULL, NULL},
         END
};
static const struct rk_option answer_options[] = {
	{"text", 0, "TEXT", NULL},
        YES, DRY_RUN, END
};
static const struct rk_option reopen_options[] = {
	{"item",   'i', "PLACE=REASON", NULL},
        {"until",  0,   "DATE",         NULL},
	{"reason", 0,   "TEXT",         NULL},
        MUNICIPALITY, YES, DRY_RUN, END
};
static const struct rk_option start_options[] = {YES, DRY_RUN, END};
static const struct rk_option accept_options[] = {
	{"all",  0, NULL, NULL},
        {"year", 0, "FY", NULL},
        YES, DRY_RUN, END
};
static const struct rk_option fetch_options[] = {MUNICIPALITY, END};
static const struct rk_option receipt_show_options[] = {
	{"statement",  0, "FILE", NULL},
        {"signature",  0, "FILE", NULL},
	{"public-key", 0, "FILE", NULL},
        END
};
static const struct rk_option verify_options[] = {
	{"public-key", 0, "FILE", NULL},
        {"report",     0, "FILE", NULL},
        END
};
static const struct rk_option status_options[] = {
	MUNICIPALITY, {"year",       0, "FY", NULL},
         {"missing",    0, NULL, NULL},
	{"timeliness", 0, NULL, NULL},
         {"watch",      0, NULL, NULL},
         {"exit-code",  0, NULL, NULL},
	AS_OF, END
};
static const struct rk_option calendar_options[] = {
	MUNICIPALITY, {"year", 0, "FY", NULL},
         {"ical", 0, NULL, NULL},
         END
};
static const struct rk_option query_options[] = {
	{"measure",   0,   "LIST",    NULL},
        {"where",     'w', "FILTERS", NULL},
	{"group-by",  'g', "LIST",    NULL},
        {"year",      0,   "FY",      NULL},
        AS_OF,
	{"revisions", 0,   "TIMES",   NULL},
        SUBMITTED, {"list",      0,   NULL,      NULL},
	{"explain",   0,   NULL,      NULL},
        {"catalogue", 0,   NULL,      NULL},
        END
};
static const struct rk_option save_options[] = {
	{"measure",     0,   "LIST",    NULL},
        {"where",       'w', "FILTERS", NULL},
	{"group-by",    'g', "LIST",    NULL},
        {"year",        0,   "FY",      NULL},
        SUBMITTED,
	{"description", 0,   "TEXT",    NULL},
        DRY_RUN, END
};
static const struct rk_option run_options[] = {
	AS_OF, {"list",    0, NULL, NULL},
         {"explain", 0, NULL, NULL},
         END
};
static const struct rk_option saved_options[] = {
	{"all", 0, NULL, NULL},
        END
};
static const struct rk_option forget_options[] = {YES, DRY_RUN, END};
static const struct rk_option search_options[] = {
	MUNICIPALITY, {"year",  0, "FY",   NULL								},
	{"kind",  0, "KIND", "activity|outcome|need|challenge|project|policy_contribution|report"},
	{"limit", 0, "N",    NULL								},
         SUBMITTED, END
};
static const struct rk_option hints_options[] = {
	{"year",    0, "FY", NULL},
        {"decided", 0, NULL, NULL},
        AS_OF, SUBMITTED, END
};
static const struct rk_option events_options[] = {
	{"year",        0, "FY", NULL},
        {"disagreeing", 0, NULL, NULL},
        AS_OF, SUBMITTED, END
};
static const struct rk_option decide_options[] = {
	{"reason", 0, "TEXT", NULL},
        YES, DRY_RUN, END
};
static const struct rk_option choose_options[] = {
	{"figure",    0, "FIGURE", "activities|persons|person_times|person_days"},
	{"reason",    0, "TEXT",   NULL					 },
        {"take-back", 0, NULL,     NULL                                         },
        YES, DRY_RUN, END
};
static const struct rk_option evaluation_options[] = {
	{"year",     0, "FY..FY",  NULL                             },
        {"snapshot", 0, "ID",      NULL                             },
        {"first",    0, "FY",      NULL                             },
	{"last",     0, "FY",      NULL                             },
        AS_OF, SUBMITTED,
	{"format",   0, "FORMAT",  "text|md|html|docx|xlsx|pdf|json"},
	{"years",    0, "STYLE",   "western|era"                    },
        {"width",    0, "COLUMNS", NULL                             },
        END
};
static const struct rk_option candidates_options[] = {
	{"year",     0, "FY..FY",   NULL},
        {"first",    0, "FY",       NULL},
        {"last",     0, "FY",       NULL},
	MUNICIPALITY, {"category", 0, "CATEGORY", NULL},
        END
};
#define EVALUATION_YEARS                                       \
	{"year", 0, "FY..FY", NULL}, {"first", 0, "FY", NULL}, \
	{                                                      \
		"last", 0, "FY", NULL                          \
	}
static const struct rk_option lines_options[] = {
	EVALUATION_YEARS, MUNICIPALITY, {"dropped", 0, NULL, NULL},
          END
};
static const struct rk_option choose_line_options[] = {
	EVALUATION_YEARS, {"before", 0, "LINE", NULL},
         {"only",   0, NULL,   NULL},
	{"reason", 0, "TEXT", NULL},
         YES, DRY_RUN, END
};
static const struct rk_option edit_line_options[] = {
	EVALUATION_YEARS, {"text",    0, "TEXT",    NULL},
         {"file",    0, "FILE",    NULL},
	{"outcome", 0, "OUTCOME", NULL},
         {"reason",  0, "TEXT",    NULL},
         YES, DRY_RUN, END
};
static const struct rk_option drop_line_options[] = {
	EVALUATION_YEARS, {"reason", 0, "TEXT", NULL},
         YES, DRY_RUN, END
};
static const struct rk_option restore_line_options[] = {
	EVALUATION_YEARS, {"before", 0, "LINE", NULL},
         {"reason", 0, "TEXT", NULL},
         YES, DRY_RUN,
	END
};
static const struct rk_option move_line_options[] = {
	EVALUATION_YEARS, {"before",     0, "LINE", NULL},
         {"last-place", 0, NULL,   NULL},
         YES, DRY_RUN,
	END
};
static const struct rk_option note_options[] = {
	EVALUATION_YEARS, {"text",         0, "TEXT",       NULL                     },
         {"file",         0, "FILE",       NULL                     },
	{"item",         0, "LABEL=TEXT", NULL                     },
         {"column",       0, "COLUMN",     "name|type|outcomes|none"},
	{"municipality", 0, "CODE",       NULL                     },
         {"remove",       0, NULL,         NULL                     },
         YES, DRY_RUN, END
};
static const struct rk_option outcomes_options[] = {
	{"year",  0, "FY..FY", NULL},
        {"first", 0, "FY",     NULL},
        {"last",  0, "FY",     NULL},
        YES,
	DRY_RUN, END
};
static const struct rk_option fix_options[] = {
	{"year",  0, "FY..FY", NULL},
        {"first", 0, "FY",     NULL},
        {"last",  0, "FY",     NULL},
        AS_OF,
	{"final", 0, NULL,     NULL},
        YES, DRY_RUN, END
};
static const struct rk_option evaluate_options[] = {
	{"year",  0, "FY..FY",  NULL},
        {"first", 0, "FY",      NULL},
        {"last",  0, "FY",      NULL},
        AS_OF,
	SUBMITTED, {"width", 0, "COLUMNS", NULL},
        END
};
static const struct rk_option org_list_options[] = {
	{"partners", 0, NULL,   NULL},
        {"on",       0, "DATE", NULL},
        END
};
static const struct rk_option org_show_options[] = {
	{"partner", 0, NULL, NULL},
        END
};
static const char release_operands[] = "CODE|NAME --required yes|no";
static const struct rk_option org_release_options[] = {
	{"required", 0, "yes|no", "yes|no"},
        YES, DRY_RUN, END
};
static const struct rk_option cooperation_options[] = {
	MUNICIPALITY, {"partner", 0, "CODE", NULL},
         END
};
static const struct rk_option period_options[] = {
	{"year", 0, "FY", NULL},
        END
};
static const struct rk_option period_show_options[] = {
	{"explain", 0, NULL, NULL},
        END
};
static const struct rk_option extend_options[] = {
	{"until",  0, "DATE", NULL},
        {"reason", 0, "TEXT", NULL},
        MUNICIPALITY, YES, DRY_RUN, END
};
static const struct rk_option extensions_options[] = {
	MUNICIPALITY, {"year",      0, "FY", NULL},
         {"undecided", 0, NULL, NULL},
         END
};
static const struct rk_option grant_options[] = {
	{"until",  0, "DATE", NULL},
        {"reason", 0, "TEXT", NULL},
        YES, DRY_RUN, END
};
static const struct rk_option refuse_options[] = {
	{"reason", 0, "TEXT", NULL},
        YES, DRY_RUN, END
};
static const struct rk_option meeting_options[] = {
	{"kind",   0, "KIND",         "domestic_meeting|hearing|other"},
        {"held",   0, "DATE",         NULL                            },
	{"title",  0, "TEXT",         NULL                            },
        {"place",  0, "TEXT",         NULL                            },
        {"agenda", 0, "TEXT",         NULL                            },
	{"paper",  0, "[TITLE=]FILE", NULL                            },
        YES, DRY_RUN, END
};
static const struct rk_option confirm_hearing_options[] = {
	{"text",       0, "TEXT",  NULL                        },
        {"disclosure", 0, "LEVEL", "public|parties|secretariat"},
        YES,
	DRY_RUN, END
};
static const struct rk_option paper_options[] = {YES, DRY_RUN, END};
static const struct rk_option record_options[] = {
	MUNICIPALITY, {"text",       0, "TEXT",             NULL},
         {"file",       0, "FILE",             NULL},
	{"attendants", 0, "TEXT",             NULL},
         {"tag",        0, "STATEMENT=STANCE", NULL},
         YES, DRY_RUN, END
};
static const struct rk_option meetings_options[] = {
	MUNICIPALITY, {"year",       0, "FY", NULL},
         {"unanswered", 0, NULL, NULL},
         END
};
static const struct rk_option meeting_show_options[] = {
	MUNICIPALITY, {"history", 0, NULL, NULL},
         END
};
static const struct rk_option remind_options[] = {
	{"at", 0, "TIME", NULL},
        YES, DRY_RUN, END
};
static const struct rk_option own_options[] = {MUNICIPALITY, END};
static const struct rk_option contact_options[] = {
	{"name",     0, "TEXT",   NULL      },
        {"language", 0, "LANG",   "ja|en|zh"},
	{"letters",  0, "TOPICS", NULL      },
        MUNICIPALITY, YES, DRY_RUN, END
};
static const struct rk_option contact_end_options[] = {MUNICIPALITY, YES, DRY_RUN, END};
static const struct rk_option import_options[] = {DRY_RUN, YES, END};
static const struct rk_option attach_options[] = {
	{"period",     0, "PERIOD", NULL                        },
        {"title",      0, "TEXT",   NULL                        },
        {"item",       0, "RECORD", NULL                        },
	{"kind",       0, "KIND",   ATTACHMENT_KINDS            },
        {"language",   0, "LANG",   "ja|en|zh"                  },
	{"disclosure", 0, "LEVEL",  "public|parties|secretariat"},
        MUNICIPALITY, DRY_RUN, END
};
static const struct rk_option attached_options[] = {
	MUNICIPALITY, {"period", 0, "PERIOD", NULL},
         {"all",    0, NULL,     NULL},
         END
};
static const struct rk_option detach_options[] = {YES, DRY_RUN, END};
static const struct rk_option seal_options[] = {
	ANSWER, {"nil",        0, "PERIOD", NULL                        },
         MUNICIPALITY, {"today",      0, "DATE",   NULL                        },
	{"release",    0, NULL,     NULL                        },
         {"send-back",  0, NULL,     NULL                        },
         {"reason",     0, "TEXT",   NULL                        },
	{"public-key", 0, "FILE",   NULL                        },
         {"attach",     0, "FILE",   NULL                        },
         {"period",     0, "PERIOD", NULL                        },
	{"title",      0, "TEXT",   NULL                        },
         {"item",       0, "RECORD", NULL                        },
	{"kind",       0, "KIND",   ATTACHMENT_KINDS            },
         {"language",   0, "LANG",   "ja|en|zh"                  },
	{"disclosure", 0, "LEVEL",  "public|parties|secretariat"},
         YES, END
};
static const struct rk_option relay_options[] = {YES, DRY_RUN, END};
static const struct rk_option take_in_options[] = {
	{"public-key", 0, "FILE", NULL},
        END
};
static const struct rk_option flush_options[] = {DRY_RUN, YES, END};
static const struct rk_option drop_options[] = {YES, END};
static const struct rk_option context_set_options[] = {MUNICIPALITY, END};
static const struct rk_option invite_options[] = {
	{"role", 0, "ROLE", "officer|approver|secretariat|ministry|analyst|operator"},
	{"days", 0, "N",    NULL						    },
        {"for",  0, "TEXT", NULL                                                    },
        {"name", 0, "TEXT", NULL                                                    },
        DRY_RUN, END
};
static const struct rk_option invitations_options[] = {
	{"all", 0, NULL, NULL},
        END
};
static const struct rk_option enroll_options[] = {
	{"token",       0, "TOKEN",  NULL},
        {"fingerprint", 0, "SHA256", NULL},
        END
};
static const struct rk_option certificates_options[] = {
	MUNICIPALITY, {"all", 0, NULL, NULL},
         END
};
static const struct rk_option revoke_options[] = {
	{"reason",        0, "TEXT", NULL},
        {"keep-renewals", 0, NULL,   NULL},
        YES, DRY_RUN, END
};
static const struct rk_option help_options[] = {
	{"all",   0, NULL, NULL},
        {"man",   0, NULL, NULL},
        {"scdoc", 0, NULL, NULL},
        END
};

const struct rk_command rk_commands[] = {
	{"check",               "FILE...",			      1, -1, check_options,           rk_cmd_check,               false},
	{"template",            "",				     0, 0,  template_options,        rk_cmd_template,            false},
	{"submit",              "FILE...",			      0, -1, submit_options,          rk_cmd_submit,              false},
	{"import",              "FILE...",			      1, -1, entry_options,           rk_cmd_import,              false},
	{"nil",		 "PERIOD",			       1, 1,  nil_options,             rk_cmd_submit,              false},
	{"report new",          "",				     0, 0,  new_options,             rk_cmd_report_new,          false},
	{"report fields",       "",				     0, 0,  NULL,                    rk_cmd_report_fields,       false},
	{"report list",         "",				     0, 0,  list_options,            rk_cmd_report_list,         false},
	{"report show",         "PERIOD|RECEIPT",                       1, 1,  show_options,            rk_cmd_report_show,         false},
	{"report history",      "PERIOD|RECEIPT",                       1, 1,  history_options,         rk_cmd_report_history,      false},
	{"report returned",     "[PERIOD|RECEIPT]",                     0, 1,  returned_options,        rk_cmd_report_returned,
         false															   },
	{"report diff",         "PERIOD|RECEIPT",                       1, 1,  diff_options,            rk_cmd_report_diff,         false},
	{"report export",       "[PERIOD|RECEIPT]",                     0, 1,  export_options,          rk_cmd_report_export,       false},
	{"report correct",      "FILE...",                              0, -1, correct_options,         rk_cmd_submit,              false},
	{"report confirm",      "PERIOD|RECEIPT",                       1, 1,  confirm_options,         rk_cmd_report_confirm,      false},
	{"report withdraw",     "PERIOD|RECEIPT",                       1, 1,  withdraw_options,        rk_cmd_report_withdraw,
         false															   },
	{"report release",      "PERIOD|RECEIPT",                       1, 1,  release_options,         rk_cmd_report_release,      false},
	{"report send-back",    "PERIOD|RECEIPT",                       1, 1,  send_back_options,       rk_cmd_report_send_back,
         false															   },
	{"review list",         "",				     0, 0,  review_options,          rk_cmd_review_list,         false},
	{"review assign",       "PERIOD|RECEIPT --to NAME|me|none",     1, 1,  assign_options,
         rk_cmd_review_assign,												      false},
	{"review times",        "",				     0, 0,  times_options,           rk_cmd_review_times,        false},
	{"review show",         "PERIOD|RECEIPT",                       1, 1,  review_show_options,     rk_cmd_review_show,         false},
	{"review start",        "RECEIPT...",                           1, -1, start_options,           rk_cmd_review_start,        false},
	{"review return",       "RECEIPT",                              1, 1,  return_options,          rk_cmd_review_return,       false},
	{"review accept",       "RECEIPT...",                           0, -1, accept_options,          rk_cmd_review_accept,       false},
	{"review reopen",       "PERIOD|RECEIPT",                       1, 1,  reopen_options,          rk_cmd_review_reopen,       false},
	{"review reopened",     "",				     0, 0,  comments_options,        rk_cmd_review_reopened,     false},
	{"comment add",         "PERIOD|RECEIPT",                       1, 1,  comment_options,         rk_cmd_comment_add,         false},
	{"comment list",        "[PERIOD|RECEIPT]",                     0, 1,  comments_options,        rk_cmd_comment_list,        false},
	{"comment answer",      "NUMBER",                               1, 1,  answer_options,          rk_cmd_comment_answer,      false},
	{"comment resolve",     "NUMBER",                               1, 1,  answer_options,          rk_cmd_comment_resolve,     false},
	{"comment reopen",      "NUMBER",                               1, 1,  answer_options,          rk_cmd_comment_reopen,      false},
	{"receipt list",        "",				     0, 0,  NULL,                    rk_cmd_receipt_list,        false},
	{"receipt fetch",       "",				     0, 0,  fetch_options,           rk_cmd_receipt_fetch,       false},
	{"receipt show",        "RECEIPT",                              1, 1,  receipt_show_options,    rk_cmd_receipt_show,        false},
	{"receipt print",       "RECEIPT|PERIOD",                       1, 1,  print_options,           rk_cmd_receipt_print,       false},
	{"receipt import",      "FILE...",                              1, -1, take_in_options,         rk_cmd_receipt_import,      false},
	{"receipt verify",      "RECEIPT|PERIOD|FILE",                  1, 1,  verify_options,          rk_cmd_receipt_verify,
         false															   },
	{"attach",              "FILE...",			      1, -1, attach_options,          rk_cmd_attach,              false},
	{"attachment list",     "",				     0, 0,  attached_options,        rk_cmd_attach_list,         false},
	{"attachment get",      "NUMBER",                               1, 1,  NULL,                    rk_cmd_attach_get,          false},
	{"attachment remove",   "NUMBER",                               1, 1,  detach_options,          rk_cmd_attach_remove,       false},
	{"seal",                "FILE... --out FILE",                   0, -1, seal_options,            rk_cmd_seal,                false},
	{"relay",               "FILE...",			      1, -1, relay_options,           rk_cmd_relay,               false},
	{"outbox list",         "",				     0, 0,  NULL,                    rk_cmd_outbox_list,         false},
	{"outbox flush",        "",				     0, 0,  flush_options,           rk_cmd_outbox_flush,        false},
	{"outbox drop",         "REQUEST...",                           1, -1, drop_options,            rk_cmd_outbox_drop,         false},
	{"status",              "",				     0, 0,  status_options,          rk_cmd_status,              false},
	{"calendar",            "",				     0, 0,  calendar_options,        rk_cmd_calendar,            false},
	{"query",               "",				     0, 0,  query_options,           rk_cmd_query,               false},
	{"query save",          "NAME",				 1, 1,  save_options,            rk_cmd_query_save,          false},
	{"query run",           "NAME|NAME@VERSION",                    1, 1,  run_options,             rk_cmd_query_run,           false},
	{"query list",          "[NAME]",                               0, 1,  saved_options,           rk_cmd_query_list,          false},
	{"query remove",        "NAME",				 1, 1,  forget_options,          rk_cmd_query_remove,        false},
	{"evaluate",            "",				     0, 0,  evaluation_options,      rk_cmd_evaluate,            false},
	{"search",              "WORD...",			      1, 10, search_options,          rk_cmd_search,              false},
	{"event hints",         "",				     0, 0,  hints_options,           rk_cmd_event_hints,         false},
	{"event list",          "",				     0, 0,  events_options,          rk_cmd_event_list,          false},
	{"event link",          "ACTIVITY ACTIVITY",                    2, 2,  decide_options,          rk_cmd_event_link,          false},
	{"event apart",         "ACTIVITY ACTIVITY",                    2, 2,  decide_options,          rk_cmd_event_apart,         false},
	{"event undo",          "ACTIVITY ACTIVITY",                    2, 2,  decide_options,          rk_cmd_event_undo,          false},
	{"event choose",        "ACTIVITY",                             1, 1,  choose_options,          rk_cmd_event_choose,        false},
	{"export list",         "",				     0, 0,  bundle_options,          rk_cmd_export_list,         false},
	{"export get",          "BUNDLE|SCHEDULE",                      1, 1,  NULL,                    rk_cmd_export_get,          false},
	{"export run",          "SCHEDULE",                             1, 1,  order_options,           rk_cmd_export_run,          false},
	{"export verify",       "FOLDER",                               1, 1,  bundle_key_options,      rk_cmd_export_verify,       false},
	{"export schedule",     "[list|add|edit|remove|next] [NAME]",   0, 2,  schedule_options,
         rk_cmd_export_schedule,												    false},
	{"evaluate table",      "",				     0, 0,  evaluate_options,        rk_cmd_evaluate_table,      false},
	{"evaluate candidates", "",				     0, 0,  candidates_options,      rk_cmd_evaluate_candidates, false},
	{"evaluate lines",      "",				     0, 0,  lines_options,           rk_cmd_evaluate_lines,      false},
	{"evaluate choose",     "CODE OUTCOME...",                      2, -1, choose_line_options,     rk_cmd_evaluate_choose,
         false															   },
	{"evaluate edit",       "LINE",                                 1, 1,  edit_line_options,       rk_cmd_evaluate_edit,       false},
	{"evaluate drop",       "LINE --reason TEXT",                   1, 1,  drop_line_options,       rk_cmd_evaluate_drop,
         false															   },
	{"evaluate restore",    "LINE|CODE",                            1, 1,  restore_line_options,    rk_cmd_evaluate_restore,
         false															   },
	{"evaluate move",       "LINE",                                 1, 1,  move_line_options,       rk_cmd_evaluate_move,       false},
	{"evaluate note",       "[NUMBER]",                             0, 1,  note_options,            rk_cmd_evaluate_note,       false},
	{"evaluate confirm",    "",				     0, 0,  outcomes_options,        rk_cmd_evaluate_confirm,    false},
	{"evaluate fix",        "",				     0, 0,  fix_options,             rk_cmd_evaluate_fix,        false},
	{"evaluate list",       "",				     0, 0,  NULL,                    rk_cmd_evaluate_list,       false},
	{"org list",            "",				     0, 0,  org_list_options,        rk_cmd_org_list,            false},
	{"org show",            "CODE|NAME",                            1, 1,  org_show_options,        rk_cmd_org_show,            false},
	{"org release",         release_operands,                       1, 1,  org_release_options,     rk_cmd_org_release,         false},
	{"org export",          "",				     0, 0,  NULL,                    rk_cmd_org_export,          false},
	{"org import",          "FILE",				 1, 1,  import_options,          rk_cmd_registry_import,     false},
	{"cooperation list",    "",				     0, 0,  cooperation_options,     rk_cmd_cooperation_list,    false},
	{"cooperation show",    "ID",				   1, 1,  NULL,                    rk_cmd_cooperation_show,    false},
	{"cooperation import",  "FILE",                                 1, 1,  import_options,          rk_cmd_registry_import,     false},
	{"period list",         "",				     0, 0,  period_options,          rk_cmd_period_list,         false},
	{"period show",         "PERIOD",                               1, 1,  period_show_options,     rk_cmd_period_show,         false},
	{"period import",       "FILE",                                 1, 1,  import_options,          rk_cmd_registry_import,     false},
	{"extension request",   "PERIOD",                               1, 1,  extend_options,          rk_cmd_extension_ask,       false},
	{"extension list",      "",				     0, 0,  extensions_options,      rk_cmd_extension_list,      false},
	{"extension grant",     "NUMBER",                               1, 1,  grant_options,           rk_cmd_extension_grant,     false},
	{"extension refuse",    "NUMBER",                               1, 1,  refuse_options,          rk_cmd_extension_refuse,    false},
	{"meeting add",         "--kind KIND --held DATE --title TEXT", 0, 0,  meeting_options,
         rk_cmd_meeting_add,													false},
	{"meeting paper",       "NUMBER [TITLE=]FILE...",               2, -1, paper_options,           rk_cmd_meeting_paper,
         false															   },
	{"meeting record",      "NUMBER --municipality CODE",           1, 1,  record_options,
         rk_cmd_meeting_record,												     false},
	{"meeting list",        "",				     0, 0,  meetings_options,        rk_cmd_meeting_list,        false},
	{"meeting show",        "NUMBER",                               1, 1,  meeting_show_options,    rk_cmd_meeting_show,        false},
	{"meeting confirm",     "NUMBER",                               1, 1,  confirm_hearing_options, rk_cmd_meeting_confirm,     false},
	{"meeting object",      "NUMBER",                               1, 1,  answer_options,          rk_cmd_meeting_object,      false},
	{"remind",              "",				     0, 0,  remind_options,          rk_cmd_remind,              false},
	{"reminder list",       "",				     0, 0,  own_options,             rk_cmd_reminder_list,       false},
	{"contact list",        "",				     0, 0,  own_options,             rk_cmd_contact_list,        false},
	{"contact set",         "EMAIL",                                1, 1,  contact_options,         rk_cmd_contact_set,         false},
	{"contact remove",      "EMAIL",                                1, 1,  contact_end_options,     rk_cmd_contact_remove,      false},
	{"context list",        "",				     0, 0,  NULL,                    rk_cmd_context_list,        false},
	{"context show",        "[NAME]",                               0, 1,  NULL,                    rk_cmd_context_show,        false},
	{"context set",         "NAME",				 1, 1,  context_set_options,     rk_cmd_context_set,         false},
	{"context use",         "NAME",				 1, 1,  NULL,                    rk_cmd_context_use,         false},
	{"context remove",      "NAME",                                 1, 1,  NULL,                    rk_cmd_context_remove,      false},
	{"auth invite",         "ORGANISATION",                         1, 1,  invite_options,          rk_cmd_auth_invite,         false},
	{"auth invitations",    "",				     0, 0,  invitations_options,     rk_cmd_auth_invitations,    false},
	{"auth withdraw",       "INVITATION",                           1, 1,  NULL,                    rk_cmd_auth_withdraw,       false},
	{"auth enroll",         "SERVER",                               1, 1,  enroll_options,          rk_cmd_auth_enroll,         false},
	{"auth status",         "",				     0, 0,  NULL,                    rk_cmd_auth_status,         false},
	{"auth whoami",         "",				     0, 0,  NULL,                    rk_cmd_auth_whoami,         false},
	{"auth renew",          "",				     0, 0,  NULL,                    rk_cmd_auth_renew,          false},
	{"auth certificates",   "",				     0, 0,  certificates_options,    rk_cmd_auth_certs,          false},
	{"auth revoke",         "[SERIAL]",                             0, 1,  revoke_options,          rk_cmd_auth_revoke,         false},
	{"doctor",              "",				     0, 0,  NULL,                    rk_cmd_doctor,              false},
	{"completion",          "bash|zsh|fish",                        1, 1,  NULL,                    rk_cmd_completion,          false},
	{"version",             "",				     0, 0,  NULL,                    rk_cmd_version,             false},
	{"help",                "[COMMAND]",                            0, 2,  help_options,            rk_cmd_help,                true },
	{NULL,		  NULL,				   0, 0,  NULL,                    NULL,                       false},
};
