/* submission.pml - one report on its way: client, daemon, primary, synchronous standby, and what can happen to each of them.
 *
 * What stands for what:
 *
 *   Client    client/submit_send.c: one request_id for every attempt, kept on disk before the first byte leaves (client/outbox.c).  It begins the
 *             next attempt whenever it likes, whatever it has heard: so a lost request is an attempt that does not begin, a lost answer one
 *             that begins in spite of an acknowledgement, a crash of the client one more attempt, and two attempts may be under way at once.
 *   Daemon    daemon/rpc/batch.c and daemon/db/conn.c: a flight sends its segment (rk_conn_send) and waits for the sync.  conn_synced settles it;
 *             flight_on_settled tells the tickets.  A sync with a warning is doubtful (conn_on_notice): the connection is closed and the outcome unknown.
 *   Backend   one transaction of renkei_api.submit_reports: the lock of the request_id (pg_advisory_xact_lock), the look for an earlier one
 *             (submissions_judge), a row of the report (submissions_store) or, when it is there already, one of renkei.request_replay;
 *             the commit record is flushed, the synchronous standby waited for, and only then others see the row and the locks fall.
 *   Standby   receives the write-ahead log in its order.
 *   Fate      kill -9 of the daemon, of the primary with recovery, of the primary for good with promotion of the standby, of the standby;
 *             pg_cancel_backend while a commit waits for the standby; an error nobody foresaw.
 *
 * Promised:
 *
 *   durable   an acknowledgement that has left implies, for ever after, that the report is in the log of whoever survives;
 *   once      no log holds the report twice.
 *
 * Naive variants, each of which breaks one of them: EARLY_ACK, WARNING_ACK, BARE_REPLAY, ASYNC_STANDBY, NO_LOCK, NEW_ID.
 */

#ifndef ATTEMPTS
#define ATTEMPTS 3
#endif
#ifndef CRASHES
#define CRASHES 2
#endif
#ifndef CANCELS
#define CANCELS 1
#endif
#ifndef ERRORS
#define ERRORS 1
#endif

mtype:record = { REPORT, REPLAY };
mtype:result = { ROWS, COMMITTED, WARNING, FAILED, LOST };

/* The primary's log; a commit is its record.  What the standby has of it is a prefix. */
mtype:record log[ATTEMPTS];
byte owner[ATTEMPTS]; /* whose request_id the record names */
bool visible[ATTEMPTS];
byte log_end, standby_end;

byte holder; /* of the lock on the request_id: attempt + 1 */
bool promoted, standby_down;
byte daemon_life, primary_life;
byte crashes, cancels, errors;

bool asked[ATTEMPTS], sent[ATTEMPTS];
mtype:result result[ATTEMPTS];
bool replay[ATTEMPTS]; /* it found the report of an earlier attempt */
bool acked, acked_replay;

#ifdef NEW_ID
#define ID(k) (k)
#else
#define ID(k) 0
#endif

#define IS_REPORT(i, end) (ATTEMPTS > i && end > i && log[i] == REPORT)
#if ATTEMPTS == 3
#define HAS_REPORT(end) (IS_REPORT(0, end) || IS_REPORT(1, end) || IS_REPORT(2, end))
#define TWICE(end)                                                                                           \
	((IS_REPORT(0, end) && IS_REPORT(1, end)) || (IS_REPORT(0, end) && IS_REPORT(2, end)) || \
		(IS_REPORT(1, end) && IS_REPORT(2, end)))
#else
#define HAS_REPORT(end) (IS_REPORT(0, end) || IS_REPORT(1, end) || IS_REPORT(2, end) || IS_REPORT(3, end))
#define TWICE(end)                                                                                           \
	((IS_REPORT(0, end) && IS_REPORT(1, end)) || (IS_REPORT(0, end) && IS_REPORT(2, end)) || \
		(IS_REPORT(0, end) && IS_REPORT(3, end)) || (IS_REPORT(1, end) && IS_REPORT(2, end)) || \
		(IS_REPORT(1, end) && IS_REPORT(3, end)) || (IS_REPORT(2, end) && IS_REPORT(3, end)))
#endif

#define survives ((promoted && HAS_REPORT(log_end)) || (!promoted && HAS_REPORT(standby_end)))

/* Once true, acked stays true: that the report survives in every state from then on is "for ever after". */
ltl durable { [] (acked -> survives) }
ltl once { [] !TWICE(log_end) }
/* To be refuted: the model acknowledges at all, a replay too, and after a promotion. */
ltl silent { [] !acked }
ltl no_replay { [] !acked_replay }
ltl silent_survivor { [] !(promoted && acked) }

active proctype Client()
{
	byte k;

end_rests:
	do
	:: k < ATTEMPTS -> atomic { asked[k] = true; k++ }
	:: else -> break
	od
}

/* A flight of the batch with this attempt in it. */
proctype Daemon(byte k)
{
	byte life;

end_idle:
	atomic {
		asked[k];
		life = daemon_life;
		sent[k] = true
	};
end_waits:
	atomic {
		if
		:: daemon_life != life /* killed: nobody answers */
#ifdef EARLY_ACK
		:: daemon_life == life && result[k] == ROWS -> acked = true
#endif
		:: daemon_life == life && result[k] == COMMITTED -> acked = true; acked_replay = acked_replay || replay[k]
#ifdef WARNING_ACK
		:: daemon_life == life && result[k] == WARNING -> acked = true
#else
		:: daemon_life == life && result[k] == WARNING /* OUTCOME_UNKNOWN */
#endif
		:: daemon_life == life && (result[k] == FAILED || result[k] == LOST) /* refused; OUTCOME_UNKNOWN */
		fi
	}
}

/* The report of an earlier attempt, as far as others see it. */
inline look()
{
	replay[k] = false;
	i = 0;
	do
	:: i < log_end ->
		replay[k] = replay[k] || (visible[i] && log[i] == REPORT && owner[i] == ID(k));
		i++
	:: else -> break
	od;
	i = 0
}

inline release()
{
	if
	:: holder == k + 1 -> holder = 0
	:: else
	fi
}

proctype Backend(byte k)
{
	byte life, mine, i;

end_idle:
	atomic {
		sent[k];
		life = primary_life
	};
end_locked:
	atomic {
		if
		:: primary_life != life -> goto lost
#ifdef NO_LOCK
		:: primary_life == life
#else
		:: primary_life == life && holder == 0 -> holder = k + 1
#endif
		fi;
		look();
		if
		:: errors < ERRORS -> errors++; release(); result[k] = FAILED; goto done
#ifdef BARE_REPLAY
		:: replay[k] -> release(); result[k] = COMMITTED; goto done
#endif
		:: result[k] = ROWS
		fi
	};
	atomic {
		if
		:: primary_life != life -> goto lost
		:: primary_life == life ->
			mine = log_end;
			log[mine] = (replay[k] -> REPLAY : REPORT);
			owner[mine] = ID(k);
			visible[mine] = false;
			log_end++
		fi
	};
end_syncs:
	atomic {
		if
		:: primary_life != life -> goto lost
#ifdef ASYNC_STANDBY
		:: primary_life == life -> result[k] = COMMITTED
#else
		:: primary_life == life && (promoted || standby_end > mine) -> result[k] = COMMITTED
		:: primary_life == life && !promoted && standby_end <= mine && cancels < CANCELS ->
			cancels++;
			result[k] = WARNING
#endif
		fi;
		visible[mine] = true;
		release();
		goto done
	};
lost:
	result[k] = LOST;
done:
	skip
}

active proctype Standby()
{
end_idle:
	do
	:: atomic { !standby_down && !promoted && standby_end < log_end -> standby_end++ }
	od
}

/* Recovery shows every commit whose record was flushed. */
inline recover(end)
{
	primary_life++;
	holder = 0;
	log_end = end;
	i = 0;
	do
	:: i < log_end -> visible[i] = true; i++
	:: else -> break
	od;
	i = 0
}

active proctype Fate()
{
	byte i;

end_idle:
	do
	:: atomic { crashes < CRASHES -> crashes++; daemon_life++ }
	:: atomic { crashes < CRASHES -> crashes++; recover(log_end) }
	:: atomic { crashes < CRASHES && !promoted -> crashes++; promoted = true; recover(standby_end) }
	:: atomic { crashes < CRASHES && !standby_down -> crashes++; standby_down = true }
	:: atomic { standby_down -> standby_down = false }
	od
}

init
{
	byte k;

	atomic {
		do
		:: k < ATTEMPTS -> run Daemon(k); run Backend(k); k++
		:: else -> break
		od
	}
}
