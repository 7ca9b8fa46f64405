package dev.millrace.standalone;

/** The admin API's status, laid out for a terminal. */
final class StatusPage {
    private StatusPage() {}

    static String of(String json) {
        return json;
    }
}
