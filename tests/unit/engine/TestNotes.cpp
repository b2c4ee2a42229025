// SPDX-License-Identifier: Apache-2.0
#include "app/engine/session/Notes.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace rankscope;
using engine::Notes;

class TestNotes : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    [[nodiscard]] std::filesystem::path file(const char* name) const {
        return m_folder.filePath(QLatin1String(name)).toStdString();
    }

    static Notes some() {
        return {{{84, "rank 5 \xE2\x80\x93 \"odd\""}, {90.5, "\xF0\x9F\x99\x82"}},
                {{"loss", 2.25, "target"}, {"direction", -0.1, ""}}};
    }

  private slots:
    void comesBackAsItWas() {
        const auto path = engine::notesFile(file("run.rankscope"));
        QCOMPARE(path.filename().string(), std::string("run.rankscope.notes.json"));
        QVERIFY(engine::readNotes(path)->empty()); // not there yet
        QVERIFY(engine::writeNotes(path, some()));
        QVERIFY(engine::readNotes(path).value() == some());
        QVERIFY(engine::writeNotes(path, {}));
        QVERIFY(!std::filesystem::exists(path));
        QVERIFY(engine::writeNotes(path, {}));                            // again
        QCOMPARE(QDir(m_folder.path()).entryList(QDir::Files).size(), 0); // nothing is left over
    }

    void peopleCanReadIt() {
        const std::string text = engine::notesText({{{3, "here"}}, {}});
        QCOMPARE(text, std::string("{\n  \"format\": \"rankscope notes\",\n  \"version\": 1,\n"
                                   "  \"notes\": [\n    {\n      \"step\": 3.0,\n"
                                   "      \"text\": \"here\"\n    }\n  ],\n"
                                   "  \"references\": []\n}\n"));
    }

    void hostileInputIsHarmless_data() {
        QTest::addColumn<QByteArray>("text");
        const QByteArray head = R"({"format": "rankscope notes", "version": 1, )";
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("no JSON") << QByteArray("hello");
        QTest::newRow("cut") << head;
        QTest::newRow("an array") << QByteArray("[1, 2]");
        QTest::newRow("another format") << QByteArray(R"({"format": "x", "version": 1})");
        QTest::newRow("no version") << QByteArray(R"({"format": "rankscope notes"})");
        QTest::newRow("deep") << QByteArray(200'000, '[');
        QTest::newRow("endless") << head + R"("notes": [{"step": 1e999, "text": "x"}]})";
        QTest::newRow("deep objects") << QByteArray("{\"a\":").repeated(100'000);
    }

    void hostileInputIsHarmless() {
        QFETCH(QByteArray, text);
        const auto notes = engine::parseNotes(text.toStdString());
        QVERIFY(!notes);
        QCOMPARE(notes.error().code, ErrorCode::Malformed);
    }

    void whatMakesNoSenseIsLeftOut() {
        const auto notes = engine::parseNotes(
            R"({"format": "rankscope notes", "version": 1, "more": {}, "notes": [
                {"step": 9, "text": "later"}, {"step": 1, "text": " two\nlines\t"}, 5, null,
                {"step": -1, "text": "before"},
                {"step": "2", "text": "a word"}, {"step": 2}, {"step": 2, "text": "   "}],
               "references": [{"panel": "loss", "value": 2}, {"value": 3}, {"panel": "loss"}]})");
        QVERIFY(notes);
        QCOMPARE(notes->notes.size(), std::size_t{2});
        QCOMPARE(notes->notes[0].text, std::string("two lines"));
        QCOMPARE(notes->notes[1].step, 9.0);
        QCOMPARE(notes->references.size(), std::size_t{1});
    }

    void textsAreLines() {
        const Notes odd{{{1, "\x01\x02\x7F"}, {2, "a\xFF\xFE b"}, {3, std::string(9000, 'x')}}, {}};
        const auto notes = engine::parseNotes(engine::notesText(odd));
        QVERIFY(notes);
        QCOMPARE(notes->notes.size(), std::size_t{2}); // nothing was left of the first
        QVERIFY(notes->notes[0].text.starts_with("a"));
        QCOMPARE(notes->notes[1].text.size(), engine::kLongestNote);
        // A letter of several bytes is not cut in the middle.
        std::string letters = "x";
        for (int i = 0; i < 1500; ++i)
            letters += "\xC3\xA9";
        const auto cut = engine::parseNotes(engine::notesText({{{1, letters}}, {}}));
        QVERIFY(QString::fromStdString(cut->notes[0].text).endsWith(QChar(0xE9)));
    }

    void aNewerFileIsLeftAlone() {
        const auto notes =
            engine::parseNotes(R"({"format": "rankscope notes", "version": 2, "notes": []})");
        QCOMPARE(notes.error().code, ErrorCode::Unsupported);
    }

    void aHugeFileIsNotRead() {
        std::ofstream(file("huge")) << std::string(engine::kLargestNotes + 1, ' ');
        QCOMPARE(engine::readNotes(file("huge")).error().code, ErrorCode::Malformed);
    }

    void wordsWhenItCannotBeWritten() {
        const auto written = engine::writeNotes(file("no-folder") / "x.notes.json", some());
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::Io);
        QVERIFY(QString::fromStdString(written.error().what).endsWith("No such file or directory"));
        QVERIFY(!written.error().advice.empty());
        std::filesystem::create_directory(file("a-folder"));
        QVERIFY(!engine::writeNotes(file("a-folder"), some()));
        QVERIFY(!engine::readNotes(file("a-folder")));
    }
};

QTEST_APPLESS_MAIN(TestNotes)
#include "TestNotes.moc"
