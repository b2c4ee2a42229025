// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/wire/Samples.h"

#include <QTest>
#include <cmath>
#include <cstring>

using namespace rankscope;
using namespace rankscope::wire;

namespace {

Message decoded(const std::vector<std::byte>& bytes) {
    Result<Message> message = decode(bytes);
    if (!message) {
        qFatal("%s", message.error().what.c_str());
    }
    return *message;
}

StepRecord again(const StepRecord& step) {
    return std::get<StepRecord>(decoded(encode(step)));
}

std::uint64_t bits(double value) {
    return std::bit_cast<std::uint64_t>(value);
}

} // namespace

class TestCodec : public QObject {
    Q_OBJECT

  private slots:
    void everyMessageComesBackAsItWas() {
        for (const Message& message : samples::all()) {
            QVERIFY(decoded(encode(message)) == message);
        }
    }

    void floatsKeepEveryBit_data() {
        QTest::addColumn<quint64>("pattern");
        QTest::newRow("quiet NaN with payload") << quint64(0x7ff8dead'beef0001ULL);
        QTest::newRow("negative NaN") << quint64(0xfff8000000000001ULL);
        QTest::newRow("signalling NaN") << quint64(0x7ff0000000000001ULL);
        QTest::newRow("inf") << quint64(0x7ff0000000000000ULL);
        QTest::newRow("-inf") << quint64(0xfff0000000000000ULL);
        QTest::newRow("-0.0") << quint64(0x8000000000000000ULL);
        QTest::newRow("0.0") << quint64(0);
        QTest::newRow("whole number") << quint64(bits(3.0));
        QTest::newRow("smallest subnormal") << quint64(1);
        QTest::newRow("largest") << quint64(bits(std::numeric_limits<double>::max()));
    }

    void floatsKeepEveryBit() {
        QFETCH(quint64, pattern);
        const double value = std::bit_cast<double>(pattern);
        StepRecord step = samples::bareStep();
        step.loss = step.weight = step.gradSq = step.meanSq = step.dot = value;
        step.groups = {{value, value, value}};
        step.extras.microNorms = {value};
        step.extras.gradScale = step.extras.stepSeconds = step.extras.reduceSeconds = value;
        const StepRecord back = again(step);
        for (const std::optional<double>& real :
             {back.loss, back.weight, back.gradSq, back.meanSq, back.dot, back.extras.gradScale,
              back.extras.stepSeconds, back.extras.reduceSeconds}) {
            QVERIFY(real.has_value());
            QCOMPARE(quint64(bits(*real)), pattern);
        }
        QCOMPARE(quint64(bits(back.groups.at(0).local)), pattern);
        QCOMPARE(quint64(bits(back.groups.at(0).dot)), pattern);
        QCOMPARE(quint64(bits(back.extras.microNorms.at(0))), pattern);
    }

    void sketchScaleKeepsEveryBit() {
        for (const std::uint32_t pattern : {0x7fc0beefU, 0x7f800001U, 0xff800000U, 0x80000000U}) {
            StepRecord step = samples::fullStep();
            step.sketch->scale = std::bit_cast<float>(pattern);
            QCOMPARE(std::bit_cast<std::uint32_t>(again(step).sketch->scale), pattern);
        }
    }

    void absentIsNotNaN() {
        StepRecord step = samples::bareStep();
        step.loss = std::numeric_limits<double>::quiet_NaN();
        const StepRecord back = again(step);
        QVERIFY(back.loss && std::isnan(*back.loss));
        QVERIFY(!back.weight && !back.gradSq && !back.meanSq && !back.dot && !back.nonFinite);
        QVERIFY(back.groups.empty() && !back.sketch);
        QVERIFY(back.extras == Extras{});
    }

    void largestRecordOfTheLimitsFits() {
        StepRecord step = samples::fullStep();
        step.groups.assign(limits::kGroups, GradSums{1, 2, 3});
        step.sketch->values.assign(limits::kSketchSize, 0x3c00);
        step.extras.microNorms.assign(limits::kMicroBatches, 0.5);
        QVERIFY(encode(step).size() <= limits::kMessageBytes);
        QVERIFY(again(step) == step);
    }

    void boundCoversTheWorstRecord() {
        StepRecord step = samples::fullStep();
        constexpr std::uint64_t kWidest = std::numeric_limits<std::uint64_t>::max();
        step.incarnation = IncarnationId(kWidest);
        step.seq = Seq(kWidest);
        step.rank = RankId(0xffffffffU);
        step.step = Step(kWidest);
        step.flags = 0xffffffffU;
        step.timeNs = kWidest;
        step.nonFinite = kWidest;
        step.sketch->seed = kWidest;
        step.extras.dataHash = step.extras.parameterHash = kWidest;
        step.extras.bufferHash = step.extras.reducedHash = kWidest;
        step.groups.assign(limits::kGroups, GradSums{});
        step.sketch->values.assign(limits::kSketchSize, 0);
        step.extras.microNorms.assign(limits::kMicroBatches, 0.5);
        const std::size_t bound =
            maxStepBytes(limits::kGroups, limits::kSketchSize, limits::kMicroBatches);
        QVERIFY(encode(step).size() <= bound);
        QVERIFY(bound <= limits::kMessageBytes);
    }

    void stepViewIntoAFixedBufferGivesTheSameBytes() {
        const StepRecord step = samples::fullStep();
        const StepView view{step,
                            step.groups,
                            step.sketch->seed,
                            step.sketch->scale,
                            step.sketch->values,
                            step.extras.microNorms};
        const std::vector<std::byte> expected = encode(step);
        std::vector<std::byte> buffer(maxStepBytes(3, 4, 2));
        const std::size_t size = encodeStep(view, buffer);
        buffer.resize(size);
        QVERIFY(buffer == expected);

        std::vector<std::byte> exact(expected.size());
        QCOMPARE(encodeStep(view, exact), expected.size());
        for (std::size_t room = 0; room < expected.size(); ++room) {
            std::vector<std::byte> small(room);
            QCOMPARE(encodeStep(view, small), std::size_t(0));
        }
    }

    void textThatIsNotUtf8IsMendedBySenders() {
        Hello hello = samples::hello();
        hello.host = "caf\xe9 \xed\xa0\x80 \xf4\x90\x80\x80 \xe2\x82";
        const auto back = std::get<Hello>(decoded(encode(hello)));
        QCOMPARE(back.host, std::string("caf? ??? ???? ??"));
    }

    void halvesRoundToNearestEven() {
        // Every half comes back; NaNs stay NaNs.
        for (std::uint32_t half = 0; half <= 0xffff; ++half) {
            const float value = fromHalf(static_cast<std::uint16_t>(half));
            if (std::isnan(value)) {
                QVERIFY(std::isnan(fromHalf(toHalf(value))));
            } else {
                QCOMPARE(std::uint32_t(toHalf(value)), half);
            }
        }
        // Between every two neighbours: the nearer one, and the even one in the middle.
        for (std::uint32_t half = 0; half < 0x7bff; ++half) {
            const float low = fromHalf(static_cast<std::uint16_t>(half));
            const float high = fromHalf(static_cast<std::uint16_t>(half + 1));
            const float middle = (low + high) / 2;
            QCOMPARE(std::uint32_t(toHalf(middle)), half + (half & 1U));
            QCOMPARE(std::uint32_t(toHalf(std::nextafter(middle, low))), half);
            QCOMPARE(std::uint32_t(toHalf(std::nextafter(middle, high))), half + 1);
        }
        QCOMPARE(toHalf(65519.996F), std::uint16_t(0x7bff));
        QCOMPARE(toHalf(65520.0F), std::uint16_t(0x7c00));
        QCOMPARE(toHalf(-1e30F), std::uint16_t(0xfc00));
        QCOMPARE(toHalf(std::ldexp(1.0F, -25)), std::uint16_t(0));
        QCOMPARE(toHalf(std::nextafter(std::ldexp(1.0F, -25), 1.0F)), std::uint16_t(1));
        QCOMPARE(toHalf(-0.0F), std::uint16_t(0x8000));
    }
};

QTEST_APPLESS_MAIN(TestCodec)
#include "TestCodec.moc"
