package dev.millrace.protocols.sip.proxy;

import dev.millrace.protocols.sip.Uri;

/**
 * Where a branch may go.
 *
 * @param uri the branch's Request-URI
 * @param place the caller's own number for what it knows about this target (binding, path, flow), or {@link #NEW}
 */
public record Target(Uri uri, int place) {
    /** The place of a target that came in a 3xx: the caller knows nothing about it yet. */
    public static final int NEW = -1;
}
