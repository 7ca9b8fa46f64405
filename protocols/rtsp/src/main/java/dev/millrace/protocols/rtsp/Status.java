package dev.millrace.protocols.rtsp;

/**
 * A response's status, RFC 2326 section 7.1.1 and section 11: an open set.
 *
 * @param code 100 to 999
 * @param reason the phrase for people
 */
public record Status(int code, String reason) {
    public static final Status OK = new Status(200, "OK");
    public static final Status MOVED_TEMPORARILY = new Status(302, "Moved Temporarily");
    public static final Status BAD_REQUEST = new Status(400, "Bad Request");
    public static final Status FORBIDDEN = new Status(403, "Forbidden");
    public static final Status NOT_FOUND = new Status(404, "Not Found");
    public static final Status METHOD_NOT_ALLOWED = new Status(405, "Method Not Allowed");
    public static final Status NOT_ACCEPTABLE = new Status(406, "Not Acceptable");
    public static final Status UNSUPPORTED_MEDIA_TYPE = new Status(415, "Unsupported Media Type");
    public static final Status PARAMETER_NOT_UNDERSTOOD = new Status(451, "Parameter Not Understood");
    public static final Status NOT_ENOUGH_BANDWIDTH = new Status(453, "Not Enough Bandwidth");
    public static final Status SESSION_NOT_FOUND = new Status(454, "Session Not Found");
    public static final Status METHOD_NOT_VALID = new Status(455, "Method Not Valid In This State");
    public static final Status INVALID_RANGE = new Status(457, "Invalid Range");
    public static final Status AGGREGATE_NOT_ALLOWED = new Status(459, "Aggregate Operation Not Allowed");
    public static final Status UNSUPPORTED_TRANSPORT = new Status(461, "Unsupported Transport");
    public static final Status INTERNAL_ERROR = new Status(500, "Internal Server Error");
    public static final Status NOT_IMPLEMENTED = new Status(501, "Not Implemented");
    public static final Status SERVICE_UNAVAILABLE = new Status(503, "Service Unavailable");
    public static final Status VERSION_NOT_SUPPORTED = new Status(505, "RTSP Version Not Supported");
    public static final Status OPTION_NOT_SUPPORTED = new Status(551, "Option Not Supported");

    public Status {
        if (code < 100 || code > 999) {
            throw new IllegalArgumentException("status " + code);
        }
    }

    public boolean isSuccess() {
        return code >= 200 && code < 300;
    }
}
