package dev.millrace.protocols.sip;

import dev.millrace.protocols.wire.Malformed;

/** A response, RFC 3261 section 7.2. */
public final class Response extends Message {
    private final int status;

    Response(Lines lines, int length) {
        super(lines, length);
        byte[] b = lines.bytes;
        int start = lines.start;
        int end = lines.startLineTo();
        int space = Grammar.indexOf(b, start, end, ' ');
        int codeEnd = space + 4;
        // Some peers leave out the space before an empty reason phrase.
        boolean whole = space > 0 && codeEnd <= end && (codeEnd == end || b[codeEnd] == ' ');
        if (!whole || !Request.isVersion(b, start, space) || Grammar.digits(b, space + 1, codeEnd) != codeEnd) {
            throw Grammar.malformed("status-line", "version and three digits expected in ", b, start, end);
        }
        this.status = (int) Grammar.number(b, space + 1, codeEnd, 699, "status-line");
        if (status < 100) {
            throw Grammar.malformed("status-line", "a status from 100 to 699, not ", b, space + 1, codeEnd);
        }
    }

    private Response(Response same, Lines lines, int length) {
        super(lines, length);
        this.status = same.status;
    }

    /** Without the first Via, as the next one gets it; copied in two runs, because a proxy takes it off every response. */
    public Response withoutTopVia() {
        int line = lines.find(HeaderName.VIA, 0);
        boolean plain = line >= 0 && !lines.folded(line) && lines.wellEnded();
        if (!plain || lines.find(HeaderName.CONTENT_LENGTH, 0) < 0) {
            return edit().removeFirst(Keys.VIA).build();
        }
        Slice value = lines.value(line);
        if (Grammar.member(value.b(), value.from(), value.to()) < value.to()) {
            return edit().removeFirst(Keys.VIA).build();
        }
        int front = lines.from(line) - lines.start;
        int gone = lines.to(line) - lines.from(line);
        byte[] copy = new byte[length() - gone];
        System.arraycopy(lines.bytes, lines.start, copy, 0, front);
        System.arraycopy(lines.bytes, lines.to(line), copy, front, copy.length - front);
        Response below = new Response(this, lines.without(copy, line), copy.length);
        below.inherit(this, bit(HeaderName.VIA), null);
        return below;
    }

    /**
     * Begins the response to a request, RFC 3261 section 8.2.6.2: all Via lines, From, To, Call-ID and CSeq are copied as
     * they are; Timestamp into a 100; Record-Route into what may make a dialog (section 12.1.1).
     */
    public static Edit<Response> to(Request request, int status, String reason) {
        return to(request, status, reason, "");
    }

    /** The same with the tag that To gets if it has none; the empty one adds none. */
    public static Edit<Response> to(Request request, int status, String reason, String toTag) {
        if (status < 100 || status > 699) {
            throw new IllegalArgumentException("a status from 100 to 699, not " + status);
        }
        Edit<Response> edit = new Edit<>(Grammar.bytes("SIP/2.0 " + status + " " + reason + "\r\n"), Response::new);
        Lines lines = request.lines;
        boolean dialog = status > 100 && status < 300 && !request.method().equals(Methods.REGISTER);
        boolean untagged = !toTag.isEmpty() && !tagged(request);
        for (int i = 0; i < lines.count; i++) {
            HeaderName name = HeaderName.of(lines.id(i));
            switch (name) {
                case VIA -> edit.copy(lines, i);
                case FROM, CALL_ID, CSEQ, TO -> {
                    // Of a doubled one, which is refused, the first: the answer to it need not be as broken.
                    if (lines.find(name, 0) != i) {
                        continue;
                    }
                    if (name == HeaderName.TO && untagged) {
                        edit.tagged(lines, i, toTag);
                    } else {
                        edit.copy(lines, i);
                    }
                }
                case TIMESTAMP -> {
                    if (status == 100) {
                        edit.copy(lines, i);
                    }
                }
                case RECORD_ROUTE -> {
                    if (dialog) {
                        edit.copy(lines, i);
                    }
                }
                default -> {
                    // Not for a response.
                }
            }
        }
        edit.of(request, untagged);
        return edit;
    }

    /** Whether To has a tag; one that cannot be read (the answer is 400) counts as without. */
    private static boolean tagged(Request request) {
        try {
            return request.to().params().has("tag");
        } catch (Malformed malformed) {
            return false;
        }
    }

    /** The version as it came, such as {@code SIP/2.0}. */
    public String version() {
        byte[] b = lines.bytes;
        int from = lines.start;
        return b[from + 4] == '2' && b[from + 6] == '0' && b[from + 7] == ' '
                ? VERSION
                : Grammar.ascii(b, from, Grammar.indexOf(b, from, lines.startLineTo(), ' '));
    }

    public int status() {
        return status;
    }

    /** The reason phrase; may be empty. */
    public String reason() {
        int from = Grammar.indexOf(lines.bytes, lines.start, lines.startLineTo(), ' ') + 5;
        return Grammar.text(lines.bytes, from, lines.startLineTo());
    }

    public boolean isFinal() {
        return status >= 200;
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    @Override
    public String method() {
        return cseq().method();
    }

    @Override
    public Edit<Response> edit() {
        return new Edit<>(this, Response::new);
    }

    @Override
    public String toString() {
        return "Response[" + status + "]";
    }
}
