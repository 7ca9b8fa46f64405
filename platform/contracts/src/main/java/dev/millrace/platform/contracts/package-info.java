/**
 * What one service may ask another: named questions with their records and codecs. They are our own wire protocol between
 * different versions of us; each has golden bytes in the tests.
 */
@NullMarked
package dev.millrace.platform.contracts;

import org.jspecify.annotations.NullMarked;
