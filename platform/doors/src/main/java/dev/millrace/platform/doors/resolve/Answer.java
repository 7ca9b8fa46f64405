package dev.millrace.platform.doors.resolve;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;

/**
 * What the DNS said to one question.
 *
 * @param records of the type asked for, of the name asked for or of its alias; at most {@link #MAX_RECORDS}
 * @param seconds for which it may be believed
 * @param failed no server had an answer; the records are empty then
 * @param silent nor did any server say so: they are not there
 */
record Answer(List<Record> records, long seconds, boolean failed, boolean silent) {
    /** Records of one answer that count. */
    static final int MAX_RECORDS = 16;

    /** Longest time for which an answer is believed. */
    static final long MAX_SECONDS = 3_600;

    /** Longest and, where the zone does not tell, usual time for which it is believed that there is nothing, RFC 2308. */
    private static final long NOTHING_SECONDS = 60;

    private static final long UNTOLD_SECONDS = 10;

    /** A server that failed is left alone for so long. */
    private static final long FAILED_SECONDS = 2;

    /** Aliases of aliases. */
    private static final int MAX_ALIASES = 8;

    static Answer failure(boolean silent) {
        return new Answer(List.of(), FAILED_SECONDS, true, silent);
    }

    /** Whether another server should be asked. */
    static boolean refusal(Message message) {
        int code = message.getRcode();
        return code != Rcode.NOERROR && code != Rcode.NXDOMAIN;
    }

    static Answer of(Message message, Name name, int type) {
        if (refusal(message)) {
            return failure(false);
        }
        List<Record> section = message.getSection(Section.ANSWER);
        Name owner = name;
        long seconds = MAX_SECONDS;
        for (int i = 0; i < MAX_ALIASES; i++) {
            CNAMERecord alias = alias(section, owner);
            if (alias == null) {
                break;
            }
            seconds = Math.min(seconds, alias.getTTL());
            owner = alias.getTarget();
        }
        List<Record> records = new ArrayList<>();
        for (Record each : section) {
            if (each.getType() == type && each.getName().equals(owner) && records.size() < MAX_RECORDS) {
                records.add(each);
                seconds = Math.min(seconds, each.getTTL());
            }
        }
        return new Answer(records, records.isEmpty() ? nothing(message) : seconds, false, false);
    }

    private static @Nullable CNAMERecord alias(List<Record> section, Name owner) {
        for (Record each : section) {
            if (each instanceof CNAMERecord alias && alias.getName().equals(owner)) {
                return alias;
            }
        }
        return null;
    }

    private static long nothing(Message message) {
        for (Record each : message.getSection(Section.AUTHORITY)) {
            if (each instanceof SOARecord soa) {
                return Math.min(NOTHING_SECONDS, Math.min(soa.getTTL(), soa.getMinimum()));
            }
        }
        return UNTOLD_SECONDS;
    }
}
