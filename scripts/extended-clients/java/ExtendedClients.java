// AWS's extended clients for Java, version 2. Arguments and environment: ../programs.ts.
import com.amazon.sqs.javamessaging.AmazonSQSExtendedClient;
import com.amazon.sqs.javamessaging.ExtendedClientConfiguration;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.sns.AmazonSNSExtendedClient;
import software.amazon.sns.SNSExtendedClientConfiguration;

public final class ExtendedClients {
  private static final URI ENDPOINT = URI.create(System.getenv("ENDPOINT"));
  private static final String BUCKET = System.getenv("BUCKET");
  private static final S3Client S3 = S3Client.builder().endpointOverride(ENDPOINT).forcePathStyle(true).build();

  public static void main(String[] args) throws Exception {
    switch (args[0]) {
      case "read":
        for (String queueUrl : Arrays.copyOfRange(args, 1, args.length)) read(queueUrl);
        break;
      case "write-sqs":
        send(args[1], args[2].equals("legacy"), standardInput());
        break;
      case "write-sns":
        publish(args[1], standardInput());
        break;
      default:
        throw new IllegalArgumentException(args[0]);
    }
  }

  private static void read(String queueUrl) {
    SqsClient client = sqs(new ExtendedClientConfiguration());
    // All attributes: the emulator's checksum is always that of all, and the SDK checks it.
    Message message = client.receiveMessage(
        r -> r.queueUrl(queueUrl).waitTimeSeconds(5).messageAttributeNames("All")).messages().get(0);
    System.out.println(Base64.getEncoder().encodeToString(message.body().getBytes(StandardCharsets.UTF_8)));
    client.deleteMessage(r -> r.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }

  private static void send(String queueUrl, boolean legacy, String body) {
    ExtendedClientConfiguration configuration = new ExtendedClientConfiguration().withAlwaysThroughS3(true);
    if (!legacy) configuration.setLegacyReservedAttributeNameDisabled();
    var eventType = software.amazon.awssdk.services.sqs.model.MessageAttributeValue.builder()
        .dataType("String").stringValue("NameChanged").build();
    sqs(configuration).sendMessage(r -> r.queueUrl(queueUrl).messageBody(body)
        .messageAttributes(Map.of("eventType", eventType))
        .messageGroupId("C-1").messageDeduplicationId("m-1"));
  }

  private static void publish(String topicArn, String body) {
    SNSExtendedClientConfiguration configuration =
        new SNSExtendedClientConfiguration().withPayloadSupportEnabled(S3, BUCKET).withAlwaysThroughS3(true);
    SnsClient plain = SnsClient.builder().endpointOverride(ENDPOINT).build();
    var eventType = software.amazon.awssdk.services.sns.model.MessageAttributeValue.builder()
        .dataType("String").stringValue("NameChanged").build();
    new AmazonSNSExtendedClient(plain, configuration).publish(r -> r.topicArn(topicArn).message(body)
        .messageAttributes(Map.of("eventType", eventType))
        .messageGroupId("C-1").messageDeduplicationId("m-1"));
  }

  /** With `false` for the clean-up: a deleted message leaves its object to the readers of the topic's other queues. */
  private static SqsClient sqs(ExtendedClientConfiguration configuration) {
    SqsClient plain = SqsClient.builder().endpointOverride(ENDPOINT).build();
    return new AmazonSQSExtendedClient(plain, configuration.withPayloadSupportEnabled(S3, BUCKET, false));
  }

  private static String standardInput() throws Exception {
    return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
  }
}
